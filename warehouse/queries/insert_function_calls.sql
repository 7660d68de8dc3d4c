-- The calls that the landed profiles counted exactly.
insert into function_calls by name
select
    counted.profile_key,
    incoming_frame.frame_key,
    counted.call.calls as calls,
    counted.call.self_ns as self_ns,
    counted.call.total_ns as total_ns
from (
    select
        profile_key,
        unnest(calls) as call
    from incoming
) as counted
join incoming_frame
    on incoming_frame.profile_key = counted.profile_key
    and incoming_frame.position = counted.call.frame
