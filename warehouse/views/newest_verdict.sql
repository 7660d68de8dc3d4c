-- One row per campaign and subject: itself, a benchmark, a metric of a case as change or target, a
-- finding, a metric of a control. A change stays one subject whatever finding it is put into later.
create or replace view newest_verdict as
select *
from verdict
qualify row_number() over (
    partition by
        campaign_id,
        subject,
        benchmark,
        case_id,
        metric,
        case subject when 'finding' then finding_id when 'control' then comparison else '' end
    order by
        decided_at desc,
        verdict_id
) = 1
