-- One row per declared target of a benchmark and run; low and high end the acceptable range.
create table if not exists target (
    run_id varchar not null,
    campaign_id varchar not null,
    recorded_at timestamp not null,
    benchmark varchar not null,
    metric varchar not null,
    target double not null,
    direction varchar not null,
    unit varchar not null,
    low double,
    high double,
    critical boolean not null,
    applies_to varchar not null
)
