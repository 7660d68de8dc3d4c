-- One row per campaign, case and metric: the measurement of the counted attempt.
create or replace view counted_measurement as
select
    measurement.*,
    coalesce(campaign.number, 1) as number,
    coalesce(campaign.environment_id, '') as environment_id,
    coalesce(campaign.revision, '') as revision
from measurement
semi join counted_attempt using (campaign_id, benchmark, attempt)
left join campaign using (campaign_id)
