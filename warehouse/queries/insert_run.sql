-- The landed starts and plans.
insert into run by name
select
    run_id,
    campaign_id,
    suite,
    machine.name as machine,
    night,
    number,
    kind,
    entry,
    plan_of,
    recorded_at,
    budget,
    seed,
    days,
    revision,
    uncommitted,
    machine_id,
    environment_id,
    resumed,
    fit,
    fit_reason,
    method_version
from incoming
