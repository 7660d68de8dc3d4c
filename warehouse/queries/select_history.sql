-- One row per series of a campaign and earlier point of it, oldest first; a series without an
-- earlier point has one row of nulls.
with asked as (
    select distinct
        machine,
        case_key,
        metric,
        unit,
        statistic,
        percentile,
        night,
        number
    from counted_measurement
    where campaign_id = $campaign_id
),

earlier as (
    select
        point.case_key,
        point.metric,
        point.campaign_id,
        point.night,
        point.number,
        point.value,
        point.trial_values,
        point.fingerprint,
        point.environment_id,
        point.contended
    from counted_measurement as point
    join asked
        on point.machine = asked.machine
        and point.case_key = asked.case_key
        and point.metric = asked.metric
        and point.unit = asked.unit
        and point.statistic = asked.statistic
        and point.percentile is not distinct from asked.percentile
        and (point.night, point.number) < (asked.night, asked.number)
    where point.kind = 'full'
    and point.value is not null
    qualify row_number() over (
        partition by
            point.case_key,
            point.metric
        order by
            point.night desc,
            point.number desc
    ) <= $nights
)

select
    asked.case_key,
    asked.metric,
    earlier.campaign_id,
    earlier.night,
    earlier.value,
    earlier.trial_values,
    earlier.fingerprint,
    earlier.environment_id,
    earlier.contended
from asked
left join earlier using (case_key, metric)
order by
    asked.case_key,
    asked.metric,
    earlier.night,
    earlier.number
