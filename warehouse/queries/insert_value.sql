-- One row per value of the landed trials, in their order.
insert into value by name
select
    trial_key,
    metric,
    unit,
    position,
    position < warmups as warmup,
    value,
    attempts
from (
    select
        trial_key,
        observation.metric.name as metric,
        observation.metric.unit as unit,
        observation.warmups as warmups,
        generate_subscripts(observation."values", 1) - 1 as position,
        unnest(observation."values") as value,
        unnest(observation.attempts) as attempts
    from (
        select
            trial_key,
            unnest(observations) as observation
        from incoming
    )
)
