create or replace view v_detectable as
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
    said.ground,
    said.subject = 'control' as control,
    seen.percent as detectable_percent,
    said.verdict,
    said.change_percent,
    said.n,
    row_number() over (
        partition by
            said.suite,
            said.machine,
            coalesce(campaign.kind, 'full'),
            said.benchmark,
            said.case_key,
            said.metric,
            said.subject,
            said.ground
        order by
            said.night desc,
            said.decided_at desc,
            said.verdict_id
    ) = 1 as latest,
    said.comparison,
    said.change_id,
    said.case_id,
    said.case_key,
    coalesce(asked.parameters, '{}') as parameters_json,
    said.verdict_id,
    said.decided_at,
    said.method_version
from said_on_ground as said
left join campaign using (campaign_id)
left join newest_case as asked
    on asked.campaign_id = said.campaign_id
    and asked.case_id = said.case_id
left join counted_measurement as measured
    on measured.campaign_id = said.campaign_id
    and measured.case_id = said.case_id
    and measured.metric = said.metric
cross join lateral (
    select
        coalesce(
            said.detectable_percent,
            if(
                said.ground = 'target',
                100 * greatest(measured.high - measured.value, measured.value - measured.low)
                / nullif(abs(measured.value), 0),
                null
            )
        ) as percent
) as seen
where seen.percent is not null;

comment on view v_detectable is 'One row per campaign, case, metric and ground: what would have been seen, by target, screen and A/B apart.';
comment on column v_detectable.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_detectable.night is 'Date on which the campaign began.';
comment on column v_detectable.suite is 'Name of the suite.';
comment on column v_detectable.machine is 'Name of the machine.';
comment on column v_detectable.kind is 'full, or ad_hoc for benchmarks launched alone and comparisons by hand.';
comment on column v_detectable.component is 'System under measurement.';
comment on column v_detectable.benchmark is 'Name of the benchmark.';
comment on column v_detectable.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_detectable.metric is 'Name of the metric.';
comment on column v_detectable.ground is 'By what it would have been seen: target, screen or ab.';
comment on column v_detectable.control is 'An A/B of equal code.';
comment on column v_detectable.detectable_percent is 'Smallest change in percent that would have been seen with 95 % probability; for targets how far beyond its bound a value must lie to be called missed.';
comment on column v_detectable.verdict is 'What was said.';
comment on column v_detectable.change_percent is 'What was found, as in v_changes; null for targets.';
comment on column v_detectable.n is 'Trials, nights or blocks behind the verdict.';
comment on column v_detectable.latest is 'The newest of its series, kind and ground; controls apart.';
comment on column v_detectable.comparison is 'Id of the A/B behind the verdict, as in v_blocks; empty without one.';
comment on column v_detectable.change_id is 'Id of the change, as in v_changes; empty without one.';
comment on column v_detectable.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_detectable.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_detectable.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
comment on column v_detectable.verdict_id is 'Id of the verdict.';
comment on column v_detectable.decided_at is 'When it was decided (UTC).';
comment on column v_detectable.method_version is 'Version of the method that produced the figures.';
