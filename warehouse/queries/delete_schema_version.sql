delete from schema_version
