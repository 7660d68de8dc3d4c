create or replace view v_targets as
select
    said.campaign_id as campaign,
    said.night,
    said.suite,
    said.machine,
    said.component,
    said.benchmark,
    coalesce(asked.label, '') as parameters,
    said.metric,
    said.after as value,
    measured.low,
    measured.high,
    said.unit,
    said.target,
    declared.direction,
    declared.low as acceptable_low,
    declared.high as acceptable_high,
    said.verdict,
    said.reason,
    said.severe,
    said.critical,
    said.n,
    said.case_id,
    said.case_key,
    coalesce(asked.parameters, '{}') as parameters_json,
    said.verdict_id,
    said.decided_at,
    said.method_version
from newest_verdict as said
left join newest_case as asked
    on asked.campaign_id = said.campaign_id
    and asked.case_id = said.case_id
left join newest_target as declared
    on declared.campaign_id = said.campaign_id
    and declared.benchmark = said.benchmark
    and declared.metric = said.metric
left join counted_measurement as measured
    on measured.campaign_id = said.campaign_id
    and measured.case_id = said.case_id
    and measured.metric = said.metric
where said.subject = 'target';

comment on view v_targets is 'One row per campaign, case and target: the newest verdict on it.';
comment on column v_targets.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_targets.night is 'Date on which the campaign began.';
comment on column v_targets.suite is 'Name of the suite.';
comment on column v_targets.machine is 'Name of the machine.';
comment on column v_targets.component is 'System under measurement.';
comment on column v_targets.benchmark is 'Name of the benchmark.';
comment on column v_targets.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_targets.metric is 'Name of the metric.';
comment on column v_targets.value is 'What was measured; null where nothing was.';
comment on column v_targets.low is 'Lower end of the 95 % interval of the value.';
comment on column v_targets.high is 'Upper end of the 95 % interval of the value.';
comment on column v_targets.unit is 'Unit of the metric.';
comment on column v_targets.target is 'What the metric must reach, in its unit.';
comment on column v_targets.direction is 'Which way is good: lower, higher or range.';
comment on column v_targets.acceptable_low is 'Low end of the acceptable range, where one is declared.';
comment on column v_targets.acceptable_high is 'High end of the acceptable range, where one is declared.';
comment on column v_targets.verdict is 'met, missed, inconclusive or not_measured.';
comment on column v_targets.reason is 'The verdict in words.';
comment on column v_targets.severe is 'Missed beyond the bad end of the acceptable range.';
comment on column v_targets.critical is 'Declared critical: a miss is an error.';
comment on column v_targets.n is 'Trials or values behind the verdict.';
comment on column v_targets.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_targets.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_targets.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
comment on column v_targets.verdict_id is 'Id of the verdict.';
comment on column v_targets.decided_at is 'When it was decided (UTC).';
comment on column v_targets.method_version is 'Version of the method that produced the figures.';
