-- The facts of the incoming runs' environments that are not known yet.
insert into environment by name
select
    environment_id,
    fact.name as fact,
    fact.value as value
from (
    select distinct
        environment_id,
        unnest(environment) as fact
    from incoming
    anti join environment as known using (environment_id)
)
