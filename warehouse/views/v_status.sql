create or replace view v_status as
select
    publication.published_at,
    round((epoch(now()) - epoch(publication.published_at)) / 3600, 1) as published_hours_ago,
    newest.campaign_id as newest_campaign,
    newest.night as newest_night,
    newest.started_at as newest_started_at,
    round((epoch(now()) - epoch(newest.started_at)) / 3600, 1) as newest_age_hours,
    coalesce(unfinished.campaigns, '') as unfinished_at_publication,
    (select count(*) from campaign) as campaigns,
    (select count(*) from landed_file) as landed_files,
    (select max(loaded_at) from landed_file) as loaded_at,
    (select version from schema_version) as schema_version
from (select max(published_at) as published_at from publication) as publication
cross join (
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
) as unfinished;

comment on view v_status is 'One row: how old the figures are, and which campaigns were under way then. A file cannot know what goes on now: everything but the ages is as of published_at.';
comment on column v_status.published_at is 'When this history was published (UTC); null in the warehouse itself.';
comment on column v_status.published_hours_ago is 'Hours since then, as of now.';
comment on column v_status.newest_campaign is 'The newest campaign of any suite and machine; null before the first.';
comment on column v_status.newest_night is 'Its night.';
comment on column v_status.newest_started_at is 'When it began (UTC).';
comment on column v_status.newest_age_hours is 'Hours since it began, as of now.';
comment on column v_status.unfinished_at_publication is 'Full campaigns that had begun and not reached their verdict when this was published: the newest of each suite and machine; empty when none. They may have ended, or been broken off, since.';
comment on column v_status.campaigns is 'Campaigns in the file.';
comment on column v_status.landed_files is 'Landing files in the file.';
comment on column v_status.loaded_at is 'When the last of them was loaded (UTC).';
comment on column v_status.schema_version is 'Version of the tables.';
