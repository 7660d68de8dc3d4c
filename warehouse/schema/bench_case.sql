-- One row per case and run; label is the parameters as a reader sees them.
create table if not exists bench_case (
    run_id varchar not null,
    campaign_id varchar not null,
    recorded_at timestamp not null,
    benchmark varchar not null,
    case_id varchar not null,
    case_key varchar not null,
    parameters varchar not null,
    label varchar not null,
    in_budget boolean not null
)
