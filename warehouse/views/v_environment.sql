create or replace view v_environment as
select
    campaign.campaign_id as campaign,
    campaign.night,
    campaign.suite,
    campaign.machine,
    environment.fact,
    environment.value,
    campaign.environment_id
from campaign
join environment using (environment_id);

comment on view v_environment is 'One row per campaign and fact about its environment, as its first run found it.';
comment on column v_environment.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_environment.night is 'Date on which the campaign began.';
comment on column v_environment.suite is 'Name of the suite.';
comment on column v_environment.machine is 'Name of the machine.';
comment on column v_environment.fact is 'What the fact is about: kernel, governor, quota, a package.';
comment on column v_environment.value is 'What was found.';
comment on column v_environment.environment_id is 'Hash of the facts in v_environment.';
