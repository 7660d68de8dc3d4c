-- What stands behind the fingerprints of the landed trials that are not known yet.
insert into imported by name
select
    fingerprint,
    fact.name as name,
    fact.value as content
from (
    select distinct
        fingerprint,
        unnest(imported) as fact
    from incoming
    anti join imported as known using (fingerprint)
)
