create or replace view v_verdicts as
select
    said.campaign_id as campaign,
    said.night,
    said.suite,
    said.machine,
    said.subject,
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
    said.target,
    said.critical,
    said.severe,
    said.n,
    said.p_value,
    said.cause,
    said.fingerprint,
    said.comparison,
    said.change_id,
    said.finding_id,
    said.run_id,
    said.case_id,
    said.case_key,
    coalesce(asked.parameters, '{}') as parameters_json,
    said.verdict_id,
    said.decided_at,
    said.method_version
from newest_verdict as said
left join newest_case as asked
    on asked.campaign_id = said.campaign_id
    and asked.case_id = said.case_id;

comment on view v_verdicts is 'One row per campaign and subject: the newest verdict on everything that was judged.';
comment on column v_verdicts.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_verdicts.night is 'Date on which the campaign began.';
comment on column v_verdicts.suite is 'Name of the suite.';
comment on column v_verdicts.machine is 'Name of the machine.';
comment on column v_verdicts.subject is 'What is spoken of: campaign, benchmark, change, target, finding (changes with one cause) or control (an A/B of equal code).';
comment on column v_verdicts.component is 'System under measurement.';
comment on column v_verdicts.benchmark is 'Name of the benchmark.';
comment on column v_verdicts.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_verdicts.metric is 'Name of the metric.';
comment on column v_verdicts.unit is 'Unit of the metric.';
comment on column v_verdicts.verdict is 'Any verdict; met and missed are for targets.';
comment on column v_verdicts.state is 'What became of the change over nights: none, suspected, probable, established, accepted, disputed, fixed or went_away.';
comment on column v_verdicts.ground is 'What the verdict rests on: ab, screen, target or none.';
comment on column v_verdicts.reason is 'The verdict in words.';
comment on column v_verdicts.before is 'Value of the reference, in the unit.';
comment on column v_verdicts.after is 'Value of this campaign, in the unit.';
comment on column v_verdicts.change_percent is 'Relative change in percent; in percent of the wall time for signed metrics, in percentage points for proportions.';
comment on column v_verdicts.low_percent is 'Lower end of the interval of the change.';
comment on column v_verdicts.high_percent is 'Upper end of the interval of the change.';
comment on column v_verdicts.detectable_percent is 'Smallest change that this evidence would have shown.';
comment on column v_verdicts.reference is 'What it was compared with.';
comment on column v_verdicts.target is 'What the metric must reach; for targets.';
comment on column v_verdicts.critical is 'Declared critical: a miss is an error; for targets.';
comment on column v_verdicts.severe is 'Beyond the declared threshold or acceptable range.';
comment on column v_verdicts.n is 'Trials, nights or blocks behind the verdict.';
comment on column v_verdicts.p_value is 'Chance of so clear a difference between equal arms, all looks at the A/B counted; null without an A/B.';
comment on column v_verdicts.cause is 'What differs between the two sides in words: changed files, packages, revisions.';
comment on column v_verdicts.fingerprint is 'Hash of the code that ran; of arm B in an A/B.';
comment on column v_verdicts.comparison is 'Id of the A/B behind the verdict, as in v_blocks; empty without one.';
comment on column v_verdicts.change_id is 'Id of the change: stays the same over the nights in which it is seen against one reference.';
comment on column v_verdicts.finding_id is 'Id of the finding that it belongs to; empty without one.';
comment on column v_verdicts.run_id is 'Run that said so.';
comment on column v_verdicts.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_verdicts.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_verdicts.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
comment on column v_verdicts.verdict_id is 'Id of the verdict.';
comment on column v_verdicts.decided_at is 'When it was decided (UTC).';
comment on column v_verdicts.method_version is 'Version of the method that produced the figures.';
