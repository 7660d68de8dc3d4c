-- What the landed plans contain.
insert into plan_item by name
select
    run_id,
    campaign_id,
    plan_of,
    item.rank as rank,
    item.benchmark as benchmark,
    item.case_id as case_id,
    item.question as question,
    item.how as how,
    item.reason as reason,
    item.cost_s as cost_s,
    item.reference as reference
from (
    select
        run_id,
        campaign_id,
        plan_of,
        unnest(plan) as item
    from incoming
)
