create or replace view v_status as
select
    (select max(published_at) from publication) as published_at,
    newest.campaign_id as newest_campaign,
    newest.night as newest_night,
    newest.started_at as newest_started_at,
    round((epoch(now()) - epoch(newest.started_at)) / 3600, 1) as newest_age_hours,
    running.campaigns is not null as running,
    coalesce(running.campaigns, '') as running_campaigns,
    (select count(*) from campaign) as campaigns,
    (select count(*) from landed_file) as landed_files,
    (select max(loaded_at) from landed_file) as loaded_at,
    (select version from schema_version) as schema_version
from (
    select
        max(campaign_id) as campaign_id,
        max(night) as night,
        max(started_at) as started_at
    from (
        from campaign
        order by
            night desc,
            started_at desc
        limit 1
    )
) as newest
cross join (
    select string_agg(campaign, ', ' order by campaign) as campaigns
    from v_campaigns
    where kind = 'full'
    and latest
    and not finished
) as running;

comment on view v_status is 'One row: how old the figures are and whether a campaign runs. In a published history it tells the state at its publication.';
comment on column v_status.published_at is 'When this history was published (UTC); null in the warehouse itself.';
comment on column v_status.newest_campaign is 'The newest campaign of any suite and machine; null before the first.';
comment on column v_status.newest_night is 'Its night.';
comment on column v_status.newest_started_at is 'When it began (UTC).';
comment on column v_status.newest_age_hours is 'Hours since it began, as of now.';
comment on column v_status.running is 'A full campaign had begun and not reached its verdict.';
comment on column v_status.running_campaigns is 'Which: the newest of a suite and machine; empty when none.';
comment on column v_status.campaigns is 'Campaigns in the file.';
comment on column v_status.landed_files is 'Landing files in the file.';
comment on column v_status.loaded_at is 'When the last of them was loaded (UTC).';
comment on column v_status.schema_version is 'Version of the tables.';
