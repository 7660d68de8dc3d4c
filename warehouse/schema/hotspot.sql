-- Rollup. One row per function of a profile.
create table if not exists hotspot (
    profile_key bigint not null,
    rank bigint not null,
    frame_key bigint not null,
    self_share double not null,
    total_share double not null,
    self_ns double not null,
    total_ns double not null,
    calls bigint,
    score double not null,
    saves_at_most double not null,
    samples bigint not null
)
