-- One row per machine as it was described by some run; a rebuilt machine has another id.
create table if not exists machine (
    machine_id varchar not null,
    name varchar not null,
    cpu_model varchar not null,
    effective_cores double not null,
    memory_bytes bigint not null,
    architecture varchar not null
)
