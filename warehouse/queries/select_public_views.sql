select view_name
from duckdb_views()
where starts_with(view_name, 'v_')
and not internal
order by view_name
