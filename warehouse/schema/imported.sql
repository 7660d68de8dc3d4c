-- One row per file (or build, or package) behind a fingerprint, each fingerprint once.
create table if not exists imported (
    fingerprint varchar not null,
    name varchar not null,
    content varchar not null
)
