-- One row per moment at which a profile read the memory of the process tree.
create table if not exists memory_point (
    profile_key bigint not null,
    at_s double not null,
    rss_bytes bigint not null
)
