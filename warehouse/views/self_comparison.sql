-- One row per comparison of code with itself: an A/B control, or a case and night for the screen. A
-- difference in any metric is an alarm. Of a suspicion that lasts only the first night is counted.
create or replace view self_comparison as
select
    suite,
    machine,
    'ab' as ground,
    night,
    bool_or(differs) as alarm,
    bool_or(differs and change_percent > 0) as alarm_higher,
    bool_or(differs and change_percent < 0) as alarm_lower,
    any_value(change_percent) filter (where metric = 'cpu_ns') as cpu_percent
from (
    select
        *,
        -- A clear difference of which nobody said what is good stays inconclusive.
        verdict in ('worse', 'better') or coalesce(p_value <= 0.001, false) as differs
    from newest_verdict
    where subject = 'control'
    and (verdict in ('worse', 'better', 'unchanged') or (verdict = 'inconclusive' and p_value is not null))
)
group by
    campaign_id,
    suite,
    machine,
    night,
    case_id,
    comparison
union all by name
select
    suite,
    machine,
    'screen' as ground,
    night,
    alarm,
    alarm_higher,
    alarm_lower,
    cpu_percent
from (
    select
        said.*,
        coalesce(lag(alarm) over (
            partition by
                said.machine,
                said.case_key
            order by
                said.night,
                coalesce(campaign.number, 1)
        ), false) as lasting
    from (
        select
            campaign_id,
            suite,
            machine,
            night,
            case_key,
            bool_or(verdict = 'inconclusive') as alarm,
            bool_or(verdict = 'inconclusive' and change_percent > 0) as alarm_higher,
            bool_or(verdict = 'inconclusive' and change_percent < 0) as alarm_lower,
            any_value(change_percent) filter (where metric = 'cpu_ns') as cpu_percent
        from verdict
        where subject = 'change'
        and ground = 'screen'
        and (verdict = 'unchanged' or (verdict = 'inconclusive' and state in ('suspected', 'probable', 'established')))
        group by
            campaign_id,
            suite,
            machine,
            night,
            case_key
    ) as said
    left join campaign using (campaign_id)
)
semi join equal_code_night using (campaign_id, case_key)
where not (alarm and lasting)
