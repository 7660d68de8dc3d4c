-- The landed profiles, under keys given to them by the loader.
insert into profile by name
select
    profile_key,
    profile_id,
    campaign_id,
    run_id,
    suite,
    machine,
    night,
    benchmark,
    component,
    case_id,
    case_key,
    attempt,
    profiler,
    status,
    message,
    measured_at,
    rate_hz,
    wall_ns,
    cpu_ns,
    iterations,
    samples,
    errors,
    artifact,
    method_version
from incoming
