-- Memory over time, as the landed profiles read it.
insert into memory_point by name
select
    profile_key,
    point.at_s as at_s,
    point.rss_bytes as rss_bytes
from (
    select
        profile_key,
        unnest(memory) as point
    from incoming
)
