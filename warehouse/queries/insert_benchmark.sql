-- The benchmarks as they stood when the landed runs began.
insert into benchmark by name
select
    run_id,
    campaign_id,
    recorded_at,
    benchmark.name as name,
    benchmark.title as title,
    benchmark.description as description,
    benchmark.component as component,
    benchmark.day as day,
    benchmark.tags as tags,
    benchmark.owner as owner,
    benchmark.threshold_percent as threshold_percent,
    benchmark.fault as fault,
    benchmark.profiler as profiler
from (
    select
        run_id,
        campaign_id,
        recorded_at,
        unnest(benchmarks) as benchmark
    from incoming
)
