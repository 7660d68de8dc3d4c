-- One row per campaign and case, as the newest run that names it saw it.
create or replace view newest_case as
select *
from bench_case
qualify row_number() over (
    partition by
        campaign_id,
        case_id
    order by
        recorded_at desc,
        run_id
) = 1
