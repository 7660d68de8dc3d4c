-- One row per value, warm-ups too; attempts is set for proportions only.
create table if not exists value (
    trial_key bigint not null,
    metric varchar not null,
    unit varchar not null,
    position bigint not null,
    warmup boolean not null,
    value double not null,
    attempts double
)
