select
    version,
    views
from schema_version
