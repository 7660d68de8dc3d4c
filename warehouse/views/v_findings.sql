create or replace view v_findings as
select
    found.campaign_id as campaign,
    found.night,
    found.suite,
    found.machine,
    found.verdict,
    found.reason as sentence,
    found.cause,
    coalesce(members.changes, 0) as changes,
    coalesce(members.cases, 0) as cases,
    coalesce(members.benchmarks, 0) as benchmarks,
    coalesce(members.accepted, 0) as accepted,
    coalesce(members.disputed, 0) as disputed,
    coalesce(standing.changes, 0) as standing,
    coalesce(members.benchmark, found.benchmark) as benchmark,
    coalesce(members.parameters, '') as parameters,
    coalesce(members.metric, found.metric) as metric,
    coalesce(members.change_percent, found.change_percent) as change_percent,
    coalesce(members.low_percent, found.low_percent) as low_percent,
    coalesce(members.high_percent, found.high_percent) as high_percent,
    found.state,
    found.severe,
    found.reference,
    found.finding_id,
    found.verdict_id,
    found.run_id,
    found.decided_at,
    found.method_version
from newest_verdict as found
left join (
    select
        campaign,
        finding_id,
        count(*) as changes,
        count(distinct case_id) as cases,
        count(distinct benchmark) as benchmarks,
        count(*) filter (where accepted_by <> '') as accepted,
        count(*) filter (where disputed_by <> '') as disputed,
        arg_max(benchmark, abs(change_percent)) as benchmark,
        arg_max(parameters, abs(change_percent)) as parameters,
        arg_max(metric, abs(change_percent)) as metric,
        arg_max(change_percent, abs(change_percent)) as change_percent,
        arg_max(low_percent, abs(change_percent)) as low_percent,
        arg_max(high_percent, abs(change_percent)) as high_percent
    from v_changes
    where finding_id <> ''
    group by
        campaign,
        finding_id
) as members
    on members.campaign = found.campaign_id
    and members.finding_id = found.finding_id
left join (
    select
        suite,
        machine,
        finding_id,
        count(*) as changes
    from (
        select
            suite,
            machine,
            finding_id,
            change_id,
            arg_max(verdict in ('worse', 'better') and accepted_by = '' and disputed_by = '', decided_at) as stands
        from v_changes
        where finding_id <> ''
        group by
            suite,
            machine,
            finding_id,
            change_id
    )
    where stands
    group by
        suite,
        machine,
        finding_id
) as standing
    on standing.suite = found.suite
    and standing.machine = found.machine
    and standing.finding_id = found.finding_id
where found.subject = 'finding';

comment on view v_findings is 'One row per campaign and finding: changes of one night that have one cause, counted, with the largest of them.';
comment on column v_findings.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_findings.night is 'Date on which the campaign began.';
comment on column v_findings.suite is 'Name of the suite.';
comment on column v_findings.machine is 'Name of the machine.';
comment on column v_findings.verdict is 'worse or better.';
comment on column v_findings.sentence is 'The finding in words.';
comment on column v_findings.cause is 'What its changes have in common in words: changed files, packages, revisions.';
comment on column v_findings.changes is 'Changes in it: a case and metric each; 0 where the night as a whole moved.';
comment on column v_findings.cases is 'Cases among them.';
comment on column v_findings.benchmarks is 'Benchmarks among them.';
comment on column v_findings.accepted is 'Changes of it that a person accepted since.';
comment on column v_findings.disputed is 'Changes of it that a person called a false alert since.';
comment on column v_findings.standing is 'Changes of it that are still called so on the newest night that speaks of them, and that nobody accepted or disputed.';
comment on column v_findings.benchmark is 'Benchmark of its largest change.';
comment on column v_findings.parameters is 'Parameters of the case of its largest change.';
comment on column v_findings.metric is 'Metric of its largest change.';
comment on column v_findings.change_percent is 'Its largest change in percent, as in v_changes.';
comment on column v_findings.low_percent is 'Lower end of the interval of that change.';
comment on column v_findings.high_percent is 'Upper end of the interval of that change.';
comment on column v_findings.state is 'What became of it over nights, as in v_changes.';
comment on column v_findings.severe is 'Beyond the threshold that a benchmark declares.';
comment on column v_findings.reference is 'Campaign it was compared with.';
comment on column v_findings.finding_id is 'Id of the finding, as in v_changes.';
comment on column v_findings.verdict_id is 'Id of the verdict.';
comment on column v_findings.run_id is 'Run that said so.';
comment on column v_findings.decided_at is 'When it was decided (UTC).';
comment on column v_findings.method_version is 'Version of the method that produced the figures.';
