-- One row per campaign, benchmark and metric that is held to a target, as the newest run saw it.
create or replace view newest_target as
select *
from target
qualify row_number() over (
    partition by
        campaign_id,
        benchmark,
        metric
    order by
        recorded_at desc,
        run_id
) = 1
