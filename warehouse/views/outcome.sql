-- One row per campaign, benchmark and case of the counted attempt: what became of its trials.
create or replace view outcome as
select
    campaign_id,
    benchmark,
    case_id,
    count(*) as trials,
    count(*) filter (where status = 'ok') as trials_ok,
    count(*) filter (where status = 'skipped') as trials_skipped
from trial
semi join counted_attempt using (campaign_id, benchmark, attempt)
group by
    campaign_id,
    benchmark,
    case_id
