-- One row per suite, machine and finding: what was said of it last. Its changes may be spoken of on
-- later nights without the finding being said again.
create or replace view said_of_finding as
select *
from verdict
where subject = 'finding'
qualify row_number() over (
    partition by
        suite,
        machine,
        finding_id
    order by
        decided_at desc,
        verdict_id
) = 1
