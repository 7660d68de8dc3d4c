-- The samples of the landed profiles, stack by stack.
insert into profile_stack by name
select
    incoming_stack.profile_key,
    stack.stack_key,
    sum(incoming_stack.samples) as samples
from incoming_stack
join stack using (thread, frames)
group by
    incoming_stack.profile_key,
    stack.stack_key
order by
    incoming_stack.profile_key,
    stack.stack_key
