-- One row per landed start or plan of a run.
create table if not exists run (
    run_id varchar not null,
    campaign_id varchar not null,
    suite varchar not null,
    machine varchar not null,
    night date not null,
    number bigint not null,
    kind varchar not null,
    entry varchar not null,
    plan_of varchar not null,
    recorded_at timestamp not null,
    budget varchar not null,
    seed bigint not null,
    days varchar[] not null,
    revision varchar not null,
    uncommitted boolean not null,
    machine_id varchar not null,
    environment_id varchar not null,
    resumed boolean not null,
    fit boolean not null,
    fit_reason varchar not null,
    method_version bigint not null
)
