-- One row per campaign and benchmark, as the newest run that names it saw it.
create or replace view newest_benchmark as
select *
from benchmark
qualify row_number() over (
    partition by
        campaign_id,
        name
    order by
        recorded_at desc,
        run_id
) = 1
