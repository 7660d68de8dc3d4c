-- The landed blocks.
insert into block by name
select
    block_id,
    campaign_id,
    run_id,
    suite,
    machine,
    night,
    comparison,
    benchmark,
    case_id,
    case_key,
    metric,
    unit,
    number,
    first_arm,
    layout.hash_seed as hash_seed,
    layout.padding as padding,
    layout.heap_seed as heap_seed,
    layout.aslr as aslr,
    value_a,
    value_b,
    log_ratio,
    same_code,
    measured_at,
    method_version
from incoming
