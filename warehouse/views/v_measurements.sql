create or replace view v_measurements as
select
    measured.campaign_id as campaign,
    measured.night,
    measured.suite,
    measured.machine,
    measured.kind,
    measured.component,
    measured.day,
    measured.benchmark,
    measured.label as parameters,
    measured.metric,
    measured.value,
    measured.low,
    measured.high,
    measured.unit,
    measured.n,
    measured.trials,
    measured.trials_started,
    measured.status,
    measured.reason,
    measured.contended,
    measured.median,
    measured.p90,
    measured.direction,
    measured.metric_kind,
    measured.statistic,
    measured.percentile,
    measured.observation,
    measured.clock,
    measured.judged,
    measured.derived,
    measured.trend,
    measured.bimodal,
    measured.trial_values,
    measured.budget,
    measured.attempt,
    measured.case_id,
    measured.case_key,
    measured.parameters as parameters_json,
    measured.fingerprint,
    measured.environment_id,
    measured.revision,
    measured.measured_at
from counted_measurement as measured;

comment on view v_measurements is 'One row per campaign, case and metric: what was measured, from counted attempts.';
comment on column v_measurements.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_measurements.night is 'Date on which the campaign began.';
comment on column v_measurements.suite is 'Name of the suite.';
comment on column v_measurements.machine is 'Name of the machine.';
comment on column v_measurements.kind is 'full, or ad_hoc for a benchmark launched alone.';
comment on column v_measurements.component is 'System under measurement.';
comment on column v_measurements.day is 'Part of the campaign: baseline, microbenchmarks, macrobenchmarks, deep_dive or roadmap.';
comment on column v_measurements.benchmark is 'Name of the benchmark.';
comment on column v_measurements.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_measurements.metric is 'Name of the metric.';
comment on column v_measurements.value is '20 % trimmed mean of the trials (on logs for positive metrics); null where nothing was measured.';
comment on column v_measurements.low is 'Lower end of the 95 % interval; null under five counted trials.';
comment on column v_measurements.high is 'Upper end of the 95 % interval; null under five counted trials.';
comment on column v_measurements.unit is 'Unit of the metric.';
comment on column v_measurements.n is 'Timed values behind the figure, over all counted trials.';
comment on column v_measurements.trials is 'Trials that entered the value.';
comment on column v_measurements.trials_started is 'Trials that were begun; the denominator.';
comment on column v_measurements.status is 'ok when all trials of the case were; else the worst among them.';
comment on column v_measurements.reason is 'Why there is no value, no interval, or less than was asked for; empty otherwise.';
comment on column v_measurements.contended is 'Others took more than a tenth of the machine in most trials, or it was throttled.';
comment on column v_measurements.median is 'Median of all timed values.';
comment on column v_measurements.p90 is '90 % quantile of all timed values.';
comment on column v_measurements.direction is 'Which way is good: lower, higher, range or none.';
comment on column v_measurements.metric_kind is 'positive, proportion, exact or signed.';
comment on column v_measurements.statistic is 'How the values of one trial became its one number.';
comment on column v_measurements.percentile is 'The percentile, for the statistic percentile.';
comment on column v_measurements.observation is 'What a percentile or ratio is computed from; empty otherwise.';
comment on column v_measurements.clock is 'What the metric rests on: cpu, waiting, wall or none.';
comment on column v_measurements.judged is 'Whether changes of this metric are looked for.';
comment on column v_measurements.derived is 'Computed from other metrics, not measured itself.';
comment on column v_measurements.trend is 'The values of a trial still drifted after its warm-up.';
comment on column v_measurements.bimodal is 'The trials fall into two groups.';
comment on column v_measurements.trial_values is 'The one number of each counted trial.';
comment on column v_measurements.budget is 'quick, nightly or full.';
comment on column v_measurements.attempt is 'Number of the attempt of this benchmark in this campaign.';
comment on column v_measurements.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_measurements.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_measurements.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
comment on column v_measurements.fingerprint is 'Hash of the code really imported, the interpreter build and the dependencies.';
comment on column v_measurements.environment_id is 'Hash of the facts in v_environment.';
comment on column v_measurements.revision is 'Revision that the campaign measured.';
comment on column v_measurements.measured_at is 'When the first of its trials began (UTC).';
