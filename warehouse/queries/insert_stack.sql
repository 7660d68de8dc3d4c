-- The stacks of the landed profiles that the dictionary does not hold yet.
insert into stack by name
select
    row_number() over (order by thread, frames)
    + (select coalesce(max(stack_key), 0) from stack) as stack_key,
    thread,
    frames,
    leaf
from (
    select distinct
        thread,
        frames,
        leaf
    from incoming_stack
) as seen
anti join stack using (thread, frames)
