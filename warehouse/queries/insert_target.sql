-- The targets that the benchmarks of the landed runs declare.
insert into target by name
select
    run_id,
    campaign_id,
    recorded_at,
    benchmark,
    target.metric as metric,
    target.target as target,
    target.direction as direction,
    target.unit as unit,
    target.low as low,
    target.high as high,
    target.critical as critical,
    target."where" as applies_to
from (
    select
        run_id,
        campaign_id,
        recorded_at,
        benchmark.name as benchmark,
        unnest(benchmark.targets) as target
    from (
        select
            run_id,
            campaign_id,
            recorded_at,
            unnest(benchmarks) as benchmark
        from incoming
    )
)
