-- The landed blocks; files from before the effect of every kind have that of positive ones.
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
    coalesce(log_ratio, 0) as log_ratio,
    same_code,
    measured_at,
    method_version,
    kind,
    coalesce(
        effect,
        if(kind = 'positive' and value_a > 0 and value_b > 0, log_ratio, null)
    ) as effect,
    coalesce(neighbour, 0) as neighbour,
    coalesce(duration_s, 0) as duration_s,
    coalesce(turns, false) as turns
from incoming
