-- One row per benchmark and run: how it stood when the run began.
create table if not exists benchmark (
    run_id varchar not null,
    campaign_id varchar not null,
    recorded_at timestamp not null,
    name varchar not null,
    title varchar not null,
    description varchar not null,
    component varchar not null,
    day varchar not null,
    tags varchar[] not null,
    owner varchar not null,
    threshold_percent double not null,
    fault varchar not null,
    profiler varchar not null
)
