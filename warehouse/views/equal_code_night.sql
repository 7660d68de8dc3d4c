-- One row per full campaign and case whose code stayed the same in all nights that the screen
-- compares: a shift that it looks for began in the last 12 points, and needs one before them.
create or replace view equal_code_night as
select
    campaign_id,
    machine,
    case_key,
    night,
    number
from (
    select distinct
        campaign_id,
        machine,
        case_key,
        night,
        number,
        fingerprint
    from counted_measurement
    where kind = 'full'
)
window series as (
    partition by
        machine,
        case_key
    order by
        night,
        number
    rows between 12 preceding and current row
)
qualify fingerprint <> ''
and count(*) over series > 1
and min(fingerprint) over series = max(fingerprint) over series
