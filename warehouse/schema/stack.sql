-- Dictionary. One row per stack ever seen, root first; leaf is its last frame.
create table if not exists stack (
    stack_key bigint not null,
    thread varchar not null,
    frames bigint[] not null,
    leaf bigint not null
)
