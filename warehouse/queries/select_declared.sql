-- The metrics that a benchmark declares, as the given run saw it, else the newest of its campaign,
-- shaped like the records of the model.
select
    metric.metric as name,
    metric.unit,
    metric.direction,
    metric.metric_kind as kind,
    metric.statistic,
    metric.percentile,
    metric.observation as "of",
    metric.clock,
    metric.judged,
    metric.minimum_duration_s,
    metric.derived
from metric
join benchmark
    on benchmark.run_id = metric.run_id
    and benchmark.campaign_id = metric.campaign_id
    and benchmark.name = metric.benchmark
where metric.campaign_id = $campaign_id
and metric.benchmark = $benchmark
qualify dense_rank() over (
    order by
        metric.run_id = $run_id desc,
        benchmark.recorded_at desc,
        metric.run_id
) = 1
order by metric.rowid
