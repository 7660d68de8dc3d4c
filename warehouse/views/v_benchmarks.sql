create or replace view v_benchmarks as
select
    bench.campaign_id as campaign,
    campaign.night,
    campaign.suite,
    campaign.machine,
    campaign.kind,
    bench.component,
    bench.day,
    bench.name as benchmark,
    bench.title,
    coalesce(tally.cases, 0) as cases,
    coalesce(tally.measured, 0) as measured,
    coalesce(tally.failed, 0) as failed,
    coalesce(tally.skipped, 0) as skipped,
    coalesce(tally.missing, 0) as missing,
    coalesce(counted.attempts, 0) as attempts,
    counted.attempt,
    coalesce(attempt.status, '') as status,
    coalesce(array_to_string(attempt.faults, '; '), '') as faults,
    coalesce(said.verdict, '') as verdict,
    coalesce(said.reason, '') as reason,
    bench.fault,
    bench.profiler,
    bench.threshold_percent,
    bench.owner,
    bench.tags,
    bench.description
from newest_benchmark as bench
join campaign using (campaign_id)
left join tally
    on tally.campaign_id = bench.campaign_id
    and tally.benchmark = bench.name
left join counted_attempt as counted
    on counted.campaign_id = bench.campaign_id
    and counted.benchmark = bench.name
left join attempt
    on attempt.campaign_id = counted.campaign_id
    and attempt.benchmark = counted.benchmark
    and attempt.attempt = counted.attempt
left join newest_verdict as said
    on said.campaign_id = bench.campaign_id
    and said.benchmark = bench.name
    and said.subject = 'benchmark';

comment on view v_benchmarks is 'One row per campaign and benchmark: the denominators. Each case is in exactly one of measured, failed, skipped and missing.';
comment on column v_benchmarks.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_benchmarks.night is 'Date on which the campaign began.';
comment on column v_benchmarks.suite is 'Name of the suite.';
comment on column v_benchmarks.machine is 'Name of the machine.';
comment on column v_benchmarks.kind is 'full, or ad_hoc for a benchmark launched alone.';
comment on column v_benchmarks.component is 'System under measurement.';
comment on column v_benchmarks.day is 'Part of the campaign: baseline, microbenchmarks, macrobenchmarks, deep_dive or roadmap.';
comment on column v_benchmarks.benchmark is 'Name of the benchmark.';
comment on column v_benchmarks.title is 'Title for readers.';
comment on column v_benchmarks.cases is 'Cases of the grid.';
comment on column v_benchmarks.measured is 'Cases whose trials were all ok.';
comment on column v_benchmarks.failed is 'Cases with a trial that was not ok.';
comment on column v_benchmarks.skipped is 'Cases left out: not in the budget, or skipped for a stated reason.';
comment on column v_benchmarks.missing is 'Cases that the budget promised and no attempt has measured.';
comment on column v_benchmarks.attempts is 'Landed attempts.';
comment on column v_benchmarks.attempt is 'The attempt that counts: the first that ended ok, else the last.';
comment on column v_benchmarks.status is 'Status of the attempt that counts: ok, or the worst of its trials; empty without one.';
comment on column v_benchmarks.faults is 'What its failed trials said, each message once.';
comment on column v_benchmarks.verdict is 'Worst verdict over its judged cases; empty before there is one.';
comment on column v_benchmarks.reason is 'That verdict in words.';
comment on column v_benchmarks.fault is 'Why it could not be read or built; empty when it is valid.';
comment on column v_benchmarks.profiler is 'Profiler that its author asked for.';
comment on column v_benchmarks.threshold_percent is 'Change from which its author calls it severe.';
comment on column v_benchmarks.owner is 'Who answers for it.';
comment on column v_benchmarks.tags is 'Tags.';
comment on column v_benchmarks.description is 'What it measures, in words.';
