-- The ledger. One row per landing file that is in the tables; written in the same transaction.
create table if not exists landed_file (
    path varchar primary key,
    kind varchar not null,
    sha256 varchar not null,
    bytes bigint not null,
    rows bigint not null,
    loaded_at timestamp not null,
    loader_version integer not null
)
