create or replace view v_changes as
select
    said.campaign_id as campaign,
    said.night,
    said.suite,
    said.machine,
    coalesce(campaign.kind, 'full') as kind,
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
    said.p_value,
    said.cause,
    said.fingerprint,
    said.comparison,
    said.change_id,
    said.finding_id,
    coalesce(found.reason, '') as finding,
    if(answer.kind = 'accept', answer.author, '') as accepted_by,
    if(
        answer.kind = 'dispute'
        and not (said.verdict in ('worse', 'better') and said.decided_at > answer.recorded_at),
        answer.author,
        ''
    ) as disputed_by,
    coalesce(answer.reason, '') as answer_reason,
    answer.recorded_at as answered_at,
    said.case_id,
    said.case_key,
    coalesce(asked.parameters, '{}') as parameters_json,
    said.verdict_id,
    said.decided_at,
    said.method_version
from newest_verdict as said
left join campaign using (campaign_id)
left join newest_case as asked
    on asked.campaign_id = said.campaign_id
    and asked.case_id = said.case_id
left join said_of_finding as found
    on found.suite = said.suite
    and found.machine = said.machine
    and found.finding_id = said.finding_id
    and said.finding_id <> ''
left join newest_answer as answer
    on answer.suite = said.suite
    and answer.change_id = said.change_id
    and said.change_id <> ''
where said.subject = 'change';

comment on view v_changes is 'One row per campaign, case and judged metric: the newest verdict on its change.';
comment on column v_changes.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_changes.night is 'Date on which the campaign began.';
comment on column v_changes.suite is 'Name of the suite.';
comment on column v_changes.machine is 'Name of the machine.';
comment on column v_changes.kind is 'full, or ad_hoc for benchmarks launched alone and comparisons by hand.';
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
comment on column v_changes.change_percent is 'Relative change in percent; in percent of the wall time for signed metrics, in percentage points for proportions.';
comment on column v_changes.low_percent is 'Lower end of the interval of the change.';
comment on column v_changes.high_percent is 'Upper end of the interval of the change.';
comment on column v_changes.detectable_percent is 'Smallest change that this evidence would have shown.';
comment on column v_changes.reference is 'What it was compared with.';
comment on column v_changes.severe is 'Beyond the threshold that the benchmark declares.';
comment on column v_changes.n is 'Trials, nights or blocks behind the verdict.';
comment on column v_changes.p_value is 'Chance of so clear a difference between equal arms, all looks at the A/B counted; null without an A/B.';
comment on column v_changes.cause is 'What differs between the two sides in words: changed files, packages, revisions.';
comment on column v_changes.fingerprint is 'Hash of the code that ran; of arm B in an A/B.';
comment on column v_changes.comparison is 'Id of the A/B behind the verdict, as in v_blocks; empty without one.';
comment on column v_changes.change_id is 'Id of the change: stays the same over the nights in which it is seen against one reference.';
comment on column v_changes.finding_id is 'Id of the finding that it belongs to; empty without one.';
comment on column v_changes.finding is 'That finding as a sentence; empty without one.';
comment on column v_changes.accepted_by is 'Who accepted the change, so that the reference moved; empty if nobody did.';
comment on column v_changes.disputed_by is 'Who called the alert false; empty if nobody did, and of a night that measured it again since and called it so again.';
comment on column v_changes.answer_reason is 'Why, in the words of that person.';
comment on column v_changes.answered_at is 'When it was accepted or disputed (UTC); null if it was not. What was said last counts.';
comment on column v_changes.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_changes.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_changes.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
comment on column v_changes.verdict_id is 'Id of the verdict.';
comment on column v_changes.decided_at is 'When it was decided (UTC).';
comment on column v_changes.method_version is 'Version of the method that produced the figures.';
