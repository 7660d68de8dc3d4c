create or replace view v_campaigns as
select
    campaign.campaign_id as campaign,
    campaign.suite,
    campaign.machine,
    campaign.night,
    campaign.number,
    campaign.kind,
    campaign.budget,
    campaign.revision,
    campaign.uncommitted,
    campaign.started_at,
    coalesce(said.decided_at >= campaign.resumed_at, false) as finished,
    coalesce(said.verdict, '') as verdict,
    coalesce(said.reason, '') as sentence,
    said.decided_at,
    row_number() over (partition by campaign.suite, campaign.machine, campaign.kind order by campaign.night desc, campaign.number desc) = 1 as latest,
    campaign.runs,
    campaign.fit,
    campaign.fit_reason,
    campaign.seed,
    machine.cpu_model,
    machine.effective_cores,
    machine.memory_bytes,
    machine.architecture,
    campaign.environment_id,
    campaign.method_version
from campaign
left join machine using (machine_id)
left join newest_verdict as said
    on said.campaign_id = campaign.campaign_id
    and said.subject = 'campaign';

comment on view v_campaigns is 'One row per campaign.';
comment on column v_campaigns.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_campaigns.suite is 'Name of the suite.';
comment on column v_campaigns.machine is 'Name of the machine.';
comment on column v_campaigns.night is 'Date on which the campaign began.';
comment on column v_campaigns.number is 'Number of the campaign within its night.';
comment on column v_campaigns.kind is 'full, or ad_hoc for a benchmark launched alone.';
comment on column v_campaigns.budget is 'quick, nightly or full.';
comment on column v_campaigns.revision is 'Revision that was measured.';
comment on column v_campaigns.uncommitted is 'The working tree had uncommitted changes.';
comment on column v_campaigns.started_at is 'When its first run began (UTC).';
comment on column v_campaigns.finished is 'Its last run reached the verdict on the campaign.';
comment on column v_campaigns.verdict is 'Verdict on the campaign; empty before there is one.';
comment on column v_campaigns.sentence is 'The verdict as a sentence; empty before there is one.';
comment on column v_campaigns.decided_at is 'When the verdict was decided (UTC).';
comment on column v_campaigns.latest is 'The newest campaign of its suite, machine and kind.';
comment on column v_campaigns.runs is 'Runs it took: 1, and one for each time it was resumed or continued.';
comment on column v_campaigns.fit is 'The machine was found fit to measure on in all runs.';
comment on column v_campaigns.fit_reason is 'Why it was not; empty otherwise.';
comment on column v_campaigns.seed is 'Seed of everything that was drawn.';
comment on column v_campaigns.cpu_model is 'Processor of the machine.';
comment on column v_campaigns.effective_cores is 'Cores that the campaign could use.';
comment on column v_campaigns.memory_bytes is 'Memory that the campaign could use.';
comment on column v_campaigns.architecture is 'Instruction set of the machine.';
comment on column v_campaigns.environment_id is 'Hash of the facts in v_environment.';
comment on column v_campaigns.method_version is 'Version of the method that produced the figures.';
