create or replace view v_false_alarms as
with recursive counted as (
    select
        suite,
        machine,
        ground,
        count(*) as compared,
        count(*) filter (where alarm) as alarms,
        count(*) filter (where alarm_higher) as alarms_higher,
        count(*) filter (where alarm_lower) as alarms_lower,
        count(*) filter (where cpu_percent > 0) as cpu_higher,
        count(*) filter (where cpu_percent < 0) as cpu_lower,
        min(night) as first_night,
        max(night) as last_night
    from self_comparison
    group by
        suite,
        machine,
        ground
),

-- Clopper and Pearson's limit by halving: the rate at which so few alarms have a chance of 5 %.
halved as (
    select distinct
        compared,
        alarms,
        0::double as low,
        1::double as high,
        0 as step
    from counted
    union all
    select
        compared,
        alarms,
        if(chance > 0.05, rate, low) as low,
        if(chance > 0.05, high, rate) as high,
        step + 1 as step
    from (
        select
            *,
            (low + high) / 2 as rate,
            list_sum(list_transform(
                range(alarms + 1),
                lambda i: exp(
                    lgamma(compared + 1) - lgamma(i + 1) - lgamma(compared - i + 1)
                    + i * ln(rate) + (compared - i) * ln(1 - rate)
                )
            )) as chance
        from halved
        where step < 50
    )
),

alerts as (
    select
        suite,
        machine,
        if(bool_or(ground = 'ab' and verdict in ('worse', 'better')), 'ab', 'screen') as ground,
        change_id
    from verdict
    where subject = 'change'
    and change_id <> ''
    and (verdict in ('worse', 'better') or state in ('suspected', 'probable', 'established'))
    group by
        suite,
        machine,
        change_id
),

answered as (
    select
        suite,
        machine,
        ground,
        count(*) as alerts,
        count(*) filter (where kind = 'dispute') as disputed
    from alerts
    left join newest_answer using (suite, change_id)
    group by
        suite,
        machine,
        ground
)

select
    suite,
    machine,
    ground,
    coalesce(compared, 0) as compared,
    coalesce(alarms, 0) as alarms,
    1000 * alarms / compared as alarms_per_1000,
    1000 * halved.high as at_most_per_1000,
    coalesce(alarms_higher, 0) as alarms_higher,
    coalesce(alarms_lower, 0) as alarms_lower,
    coalesce(cpu_higher, 0) as cpu_higher,
    coalesce(cpu_lower, 0) as cpu_lower,
    if(
        ground = 'ab',
        least(1, 2 * list_sum(list_transform(
            range(least(cpu_higher, cpu_lower) + 1),
            lambda i: exp(
                lgamma(cpu_higher + cpu_lower + 1) - lgamma(i + 1)
                - lgamma(cpu_higher + cpu_lower - i + 1)
                - (cpu_higher + cpu_lower) * ln(2)
            )
        ))),
        null
    ) as one_sided_p,
    coalesce(alerts, 0) as alerts,
    coalesce(disputed, 0) as disputed,
    first_night,
    last_night
from counted
left join halved using (compared, alarms)
full join answered using (suite, machine, ground)
where coalesce(halved.step, 50) = 50;

comment on view v_false_alarms is 'One row per suite, machine and ground: how often code that did not change was called different, by screen and A/B apart.';
comment on column v_false_alarms.suite is 'Name of the suite.';
comment on column v_false_alarms.machine is 'Name of the machine.';
comment on column v_false_alarms.ground is 'ab: A/Bs of equal code; screen: cases on nights before which their code had not changed for as long as the screen looks back.';
comment on column v_false_alarms.compared is 'Comparisons of code with itself: an A/B of a case, or a case on a night. Nights on which a suspicion only lasted are left out.';
comment on column v_false_alarms.alarms is 'Those called different in any metric, or newly suspected. A shift of the environment is counted too, so it errs high.';
comment on column v_false_alarms.alarms_per_1000 is 'Alarms per 1,000 comparisons.';
comment on column v_false_alarms.at_most_per_1000 is 'Their exact upper limit (Clopper and Pearson, one-sided 95 %), comparisons taken as independent of each other.';
comment on column v_false_alarms.alarms_higher is 'Alarms with a metric that came out higher.';
comment on column v_false_alarms.alarms_lower is 'Alarms with a metric that came out lower.';
comment on column v_false_alarms.cpu_higher is 'Comparisons, alarms or not, whose CPU time came out higher in arm B, or that night.';
comment on column v_false_alarms.cpu_lower is 'Comparisons, alarms or not, whose CPU time came out lower.';
comment on column v_false_alarms.one_sided_p is 'Chance that equal arms part so unevenly into higher and lower (exact sign test); small: one arm is favoured. Null for the screen, whose nights resemble each other.';
comment on column v_false_alarms.alerts is 'Changes of any code called worse or better (ab), or only suspected (screen).';
comment on column v_false_alarms.disputed is 'Those of them that a person called false. They are no part of alarms.';
comment on column v_false_alarms.first_night is 'First night of a comparison of code with itself.';
comment on column v_false_alarms.last_night is 'Last night of one.';
