-- One row per function whose calls a profile counted exactly.
create table if not exists function_calls (
    profile_key bigint not null,
    frame_key bigint not null,
    calls bigint not null,
    self_ns bigint not null,
    total_ns bigint not null
)
