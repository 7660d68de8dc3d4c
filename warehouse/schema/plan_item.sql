-- One row per thing that a run decided to do.
create table if not exists plan_item (
    run_id varchar not null,
    campaign_id varchar not null,
    plan_of varchar not null,
    rank bigint not null,
    benchmark varchar not null,
    case_id varchar not null,
    question varchar not null,
    how varchar not null,
    reason varchar not null,
    cost_s double not null,
    reference varchar not null
)
