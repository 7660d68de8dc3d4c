-- One row per fact of an environment; the id is a hash of all its facts.
create table if not exists environment (
    environment_id varchar not null,
    fact varchar not null,
    value varchar not null
)
