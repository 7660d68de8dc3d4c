-- One row per landed attempt of a benchmark: one landing file of trials.
create table if not exists attempt (
    campaign_id varchar not null,
    benchmark varchar not null,
    attempt bigint not null,
    status varchar not null,
    trials bigint not null,
    faults varchar[] not null
)
