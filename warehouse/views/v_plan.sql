create or replace view v_plan as
select
    item.campaign_id as campaign,
    campaign.night,
    item.plan_of,
    item.rank,
    item.benchmark,
    coalesce(asked.label, '') as parameters,
    item.question,
    item.how,
    item.reason,
    item.cost_s,
    item.reference,
    item.run_id,
    item.case_id
from plan_item as item
left join campaign using (campaign_id)
left join newest_case as asked
    on asked.campaign_id = item.campaign_id
    and asked.case_id = item.case_id;

comment on view v_plan is 'One row per thing that a run decided to do, and why.';
comment on column v_plan.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_plan.night is 'Date on which the campaign began.';
comment on column v_plan.plan_of is 'What the plan is of: regressions, deep_dive.';
comment on column v_plan.rank is '1 is done first.';
comment on column v_plan.benchmark is 'Name of the benchmark.';
comment on column v_plan.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_plan.question is 'What is to be found out.';
comment on column v_plan.how is 'By which means.';
comment on column v_plan.reason is 'Why it is worth the time.';
comment on column v_plan.cost_s is 'Expected cost in seconds.';
comment on column v_plan.reference is 'Campaign to compare with; empty where nothing is compared.';
comment on column v_plan.run_id is 'Run that planned it.';
comment on column v_plan.case_id is 'Id of the case: suite, benchmark, parameters.';
