-- One row per stack of a landed profile, its frames as keys of the dictionary, root first.
create or replace temp table incoming_stack as
select
    profile_key,
    thread,
    samples,
    list(frame_key order by depth) as frames,
    arg_max(frame_key, depth) as leaf
from (
    select
        profile_key,
        number,
        stack.thread as thread,
        stack.samples as samples,
        generate_subscripts(stack.frames, 1) as depth,
        unnest(stack.frames) as position
    from (
        select
            profile_key,
            generate_subscripts(stacks, 1) as number,
            unnest(stacks) as stack
        from incoming
    )
)
join incoming_frame using (profile_key, position)
group by
    profile_key,
    number,
    thread,
    samples
