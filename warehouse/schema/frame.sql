-- Dictionary. One row per function, file and line ever seen in a profile.
create table if not exists frame (
    frame_key bigint not null,
    function varchar not null,
    file varchar not null,
    line bigint not null,
    kind varchar not null
)
