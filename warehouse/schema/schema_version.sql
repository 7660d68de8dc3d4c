-- One row: the version of these tables, and a hash of the views that stand over them.
create table if not exists schema_version (
    version integer not null,
    views varchar not null
)
