-- One row per stack of a profile.
create table if not exists profile_stack (
    profile_key bigint not null,
    stack_key bigint not null,
    samples bigint not null
)
