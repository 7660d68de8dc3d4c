-- One row per frame of a landed profile: its place there, its key in the dictionary.
create or replace temp table incoming_frame as
select
    seen.profile_key,
    seen.position,
    frame.frame_key
from (
    select
        profile_key,
        generate_subscripts(frames, 1) - 1 as position,
        unnest(frames) as frame
    from incoming
) as seen
join frame
    on frame.function = seen.frame.function
    and frame.file = seen.frame.file
    and frame.line = seen.frame.line
    and frame.kind = seen.frame.kind
