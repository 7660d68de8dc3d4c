-- One row per thing that a person said.
create table if not exists event (
    event_id varchar not null,
    kind varchar not null,
    suite varchar not null,
    machine varchar not null,
    night date not null,
    subject_id varchar not null,
    reason varchar not null,
    author varchar not null,
    recorded_at timestamp not null,
    payload varchar not null
)
