-- One row per campaign and benchmark: its cases by what became of them. Each case is in one count.
create or replace view tally as
select
    campaign_id,
    benchmark,
    count(*) as cases,
    count(*) filter (where trials_ok = trials) as measured,
    count(*) filter (where trials_ok + trials_skipped < trials) as failed,
    count(*) filter (
        where (trials is null and not in_budget)
        or (trials_skipped > 0 and trials_ok + trials_skipped = trials)
    ) as skipped,
    count(*) filter (where trials is null and in_budget) as missing
from newest_case
left join outcome using (campaign_id, benchmark, case_id)
group by
    campaign_id,
    benchmark
