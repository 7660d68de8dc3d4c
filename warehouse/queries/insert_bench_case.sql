-- The cases of the benchmarks of the landed runs.
insert into bench_case by name
select
    run_id,
    campaign_id,
    recorded_at,
    benchmark,
    "case".case_id as case_id,
    "case".case_key as case_key,
    "case".parameters as parameters,
    labels.label as label,
    "case".in_budget as in_budget
from (
    select
        run_id,
        campaign_id,
        recorded_at,
        benchmark.name as benchmark,
        unnest(benchmark.cases) as "case"
    from (
        select
            run_id,
            campaign_id,
            recorded_at,
            unnest(benchmarks) as benchmark
        from incoming
    )
) as cases
join labels
    on labels.parameters = "case".parameters
