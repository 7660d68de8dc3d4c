-- The functions of the landed profiles that the dictionary does not hold yet.
insert into frame by name
select
    row_number() over (order by function, file, line, kind)
    + (select coalesce(max(frame_key), 0) from frame) as frame_key,
    function,
    file,
    line,
    kind
from (
    select
        frame.function as function,
        frame.file as file,
        frame.line as line,
        frame.kind as kind
    from (select unnest(frames) as frame from incoming)
    union
    select
        function,
        file,
        line,
        kind
    from incoming_hotspot
) as seen
anti join frame using (function, file, line, kind)
