create or replace view v_changes as
select
    said.campaign_id as campaign,
    said.night,
    said.suite,
    said.machine,
    said.component,
    said.benchmark,
    coalesce(asked.label, '') as parameters,
    said.metric,
    said.unit,
    said.verdict,
    said.state,
    said.ground,
    said.reason,
    said.before,
    said.after,
    said.change_percent,
    said.low_percent,
    said.high_percent,
    said.detectable_percent,
    said.reference,
    said.severe,
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
where said.subject = 'change';

comment on view v_changes is 'One row per campaign, case and judged metric: the newest verdict on its change.';
comment on column v_changes.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_changes.night is 'Date on which the campaign began.';
comment on column v_changes.suite is 'Name of the suite.';
comment on column v_changes.machine is 'Name of the machine.';
comment on column v_changes.component is 'System under measurement.';
comment on column v_changes.benchmark is 'Name of the benchmark.';
comment on column v_changes.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_changes.metric is 'Name of the metric.';
comment on column v_changes.unit is 'Unit of the metric.';
comment on column v_changes.verdict is 'worse, better, unchanged, inconclusive, not_comparable or not_measured.';
comment on column v_changes.state is 'What became of the change over nights: none, suspected, probable, established, accepted, disputed, fixed or went_away.';
comment on column v_changes.ground is 'What the verdict rests on: ab, screen or none.';
comment on column v_changes.reason is 'The verdict in words.';
comment on column v_changes.before is 'Value of the reference, in the unit.';
comment on column v_changes.after is 'Value of this campaign, in the unit.';
comment on column v_changes.change_percent is 'Relative change in percent; in the unit for signed metrics.';
comment on column v_changes.low_percent is 'Lower end of the interval of the change.';
comment on column v_changes.high_percent is 'Upper end of the interval of the change.';
comment on column v_changes.detectable_percent is 'Smallest change that this evidence would have shown.';
comment on column v_changes.reference is 'What it was compared with.';
comment on column v_changes.severe is 'Beyond the threshold that the benchmark declares.';
comment on column v_changes.n is 'Trials, nights or blocks behind the verdict.';
comment on column v_changes.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_changes.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_changes.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
comment on column v_changes.verdict_id is 'Id of the verdict.';
comment on column v_changes.decided_at is 'When it was decided (UTC).';
comment on column v_changes.method_version is 'Version of the method that produced the figures.';
