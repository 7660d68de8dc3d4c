-- One row per campaign, change or target or metric of a control, and ground: what was said last on
-- that ground. The screen's word stays here when an A/B decides.
create or replace view said_on_ground as
select *
from verdict
where subject in ('change', 'target', 'control')
and ground <> 'none'
qualify row_number() over (
    partition by
        campaign_id,
        subject,
        case_id,
        metric,
        ground,
        if(subject = 'control', comparison, '')
    order by
        decided_at desc,
        verdict_id
) = 1
