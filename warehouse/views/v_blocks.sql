create or replace view v_blocks as
select
    block.campaign_id as campaign,
    block.night,
    block.suite,
    block.machine,
    coalesce(bench.component, '') as component,
    block.benchmark,
    coalesce(asked.label, '') as parameters,
    block.metric,
    block.unit,
    block.comparison,
    block.same_code as control,
    block.number,
    block.first_arm,
    block.value_a,
    block.value_b,
    block.log_ratio,
    case block.kind
        when 'positive' then 100 * (exp(block.effect) - 1)
        when 'exact' then 100 * block.effect / nullif(abs(block.value_a), 0)
        else 100 * block.effect
    end as difference_percent,
    block.effect,
    block.kind as metric_kind,
    block.neighbour,
    block.duration_s,
    block.turns as in_turns,
    block.hash_seed,
    block.padding,
    block.heap_seed,
    block.aslr,
    block.block_id,
    block.run_id,
    block.case_id,
    block.case_key,
    block.measured_at
from block
left join newest_case as asked
    on asked.campaign_id = block.campaign_id
    and asked.case_id = block.case_id
left join newest_benchmark as bench
    on bench.campaign_id = block.campaign_id
    and bench.name = block.benchmark;

comment on view v_blocks is 'One row per block of an A/B and metric; control runs compare code with itself.';
comment on column v_blocks.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_blocks.night is 'Date on which the campaign began.';
comment on column v_blocks.suite is 'Name of the suite.';
comment on column v_blocks.machine is 'Name of the machine.';
comment on column v_blocks.component is 'System under measurement.';
comment on column v_blocks.benchmark is 'Name of the benchmark.';
comment on column v_blocks.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_blocks.metric is 'Name of the metric.';
comment on column v_blocks.unit is 'Unit of the metric.';
comment on column v_blocks.comparison is 'Id of the comparison, as in v_changes and v_verdicts.';
comment on column v_blocks.control is 'Both arms ran the same code: any difference is a false alarm.';
comment on column v_blocks.number is 'Number of the block in its comparison.';
comment on column v_blocks.first_arm is 'Arm that ran first.';
comment on column v_blocks.value_a is 'Value of arm A, the reference; null without a number.';
comment on column v_blocks.value_b is 'Value of arm B; null without a number.';
comment on column v_blocks.log_ratio is 'Natural logarithm of value_b over value_a; 0 where one of them has none.';
comment on column v_blocks.difference_percent is 'B against A in percent; of the wall time of A for signed metrics, in percentage points for proportions.';
comment on column v_blocks.effect is 'B against A on the scale it is judged on: ln(B/A) for positive metrics (timings in turns: median over pairs of values), parts of the wall time of A for signed ones, else the difference; null without a number.';
comment on column v_blocks.metric_kind is 'positive, proportion, exact or signed.';
comment on column v_blocks.neighbour is 'Share of the machine that others took, 0 to 1.';
comment on column v_blocks.duration_s is 'Seconds that both trials of the block took, start-up included; 0 where it was not kept.';
comment on column v_blocks.in_turns is 'The arms took turns on one core, value by value; else one trial ran after the other.';
comment on column v_blocks.hash_seed is 'PYTHONHASHSEED of both arms.';
comment on column v_blocks.padding is 'Bytes by which the environment of both arms was padded.';
comment on column v_blocks.heap_seed is 'Seed of the shake of the heap of both arms.';
comment on column v_blocks.aslr is 'Address randomisation: on, off or refused.';
comment on column v_blocks.block_id is 'Id of the block.';
comment on column v_blocks.run_id is 'Run that measured it.';
comment on column v_blocks.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_blocks.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_blocks.measured_at is 'When it began (UTC).';
