-- One row per declared metric of a benchmark and run.
create table if not exists metric (
    run_id varchar not null,
    campaign_id varchar not null,
    benchmark varchar not null,
    metric varchar not null,
    unit varchar not null,
    direction varchar not null,
    metric_kind varchar not null,
    statistic varchar not null,
    percentile double,
    observation varchar not null,
    clock varchar not null,
    judged boolean not null,
    minimum_duration_s double not null,
    derived boolean not null
)
