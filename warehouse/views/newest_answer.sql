-- One row per suite and change that a person accepted or disputed: what was said last.
create or replace view newest_answer as
select
    suite,
    subject_id as change_id,
    kind,
    author,
    reason,
    recorded_at
from event
where kind in ('accept', 'dispute')
qualify row_number() over (
    partition by
        suite,
        subject_id
    order by
        recorded_at desc,
        event_id
) = 1
