-- The landed events.
insert into event by name
select
    event_id,
    kind,
    suite,
    machine,
    night,
    subject_id,
    reason,
    author,
    recorded_at,
    payload
from incoming
