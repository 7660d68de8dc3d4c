-- One row per campaign and subject (itself, a benchmark, a metric of a case as change or target).
create or replace view newest_verdict as
select *
from verdict
qualify row_number() over (
    partition by
        campaign_id,
        subject,
        benchmark,
        case_id,
        metric
    order by
        decided_at desc,
        verdict_id
) = 1
