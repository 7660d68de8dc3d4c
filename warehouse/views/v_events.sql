create or replace view v_events as
select
    event.event_id,
    event.kind,
    event.suite,
    event.machine,
    event.night,
    event.subject_id,
    event.reason,
    event.author,
    event.recorded_at,
    event.payload
from event;

comment on view v_events is 'One row per thing that a person said.';
comment on column v_events.event_id is 'Id of the event.';
comment on column v_events.kind is 'accept, dispute, start or pin.';
comment on column v_events.suite is 'Name of the suite.';
comment on column v_events.machine is 'Name of the machine.';
comment on column v_events.night is 'Date of the campaign it speaks of.';
comment on column v_events.subject_id is 'Id of the change, item or reference it speaks of.';
comment on column v_events.reason is 'Why, in the words of its author.';
comment on column v_events.author is 'Who said so.';
comment on column v_events.recorded_at is 'When it was said (UTC).';
comment on column v_events.payload is 'Further particulars as JSON.';
