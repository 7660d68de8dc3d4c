-- One row per campaign and benchmark: the first attempt that ended ok, else the last.
create or replace view counted_attempt as
select
    campaign_id,
    benchmark,
    coalesce(min(attempt) filter (where status = 'ok'), max(attempt)) as attempt,
    count(*) as attempts
from attempt
group by
    campaign_id,
    benchmark
