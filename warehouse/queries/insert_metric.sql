-- The metrics that the benchmarks of the landed runs declare.
insert into metric by name
select
    run_id,
    campaign_id,
    benchmark,
    metric.name as metric,
    metric.unit as unit,
    metric.direction as direction,
    metric.kind as metric_kind,
    metric.statistic as statistic,
    metric.percentile as percentile,
    metric.of as observation,
    metric.clock as clock,
    metric.judged as judged,
    metric.minimum_duration_s as minimum_duration_s,
    metric.derived as derived
from (
    select
        run_id,
        campaign_id,
        recorded_at,
        benchmark.name as benchmark,
        unnest(benchmark.metrics) as metric
    from (
        select
            run_id,
            campaign_id,
            recorded_at,
            unnest(benchmarks) as benchmark
        from incoming
    )
)
