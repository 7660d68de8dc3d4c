create or replace view v_trials as
select
    trial.campaign_id as campaign,
    trial.night,
    trial.suite,
    trial.machine,
    trial.kind,
    trial.component,
    trial.day,
    trial.benchmark,
    trial.label as parameters,
    trial.attempt,
    coalesce(trial.attempt = counted.attempt, false) as counts,
    trial.number,
    trial.status,
    trial.message,
    trial.duration_ns,
    trial.iterations,
    trial.loops,
    trial.wall_ns,
    trial.cpu_ns,
    trial.waiting_ns,
    trial.run_queue_ns,
    trial.peak_rss_bytes,
    trial.minor_faults,
    trial.major_faults,
    trial.voluntary_switches,
    trial.involuntary_switches,
    trial.gc_collections,
    trial.allocated_blocks,
    trial.throttled_ns,
    trial.neighbour,
    trial.startup_ns,
    trial.setup_ns,
    trial.position,
    trial.arm,
    trial.block,
    trial.hash_seed,
    trial.padding,
    trial.heap_seed,
    trial.aslr,
    trial.fingerprint,
    trial.revision,
    trial.python,
    trial.log_tail,
    trial.trial_id,
    trial.run_id,
    trial.case_id,
    trial.case_key,
    trial.parameters as parameters_json,
    trial.measured_at
from trial
left join counted_attempt as counted
    on counted.campaign_id = trial.campaign_id
    and counted.benchmark = trial.benchmark;

comment on view v_trials is 'One row per trial, failed ones and those of attempts that do not count too.';
comment on column v_trials.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_trials.night is 'Date on which the campaign began.';
comment on column v_trials.suite is 'Name of the suite.';
comment on column v_trials.machine is 'Name of the machine.';
comment on column v_trials.kind is 'full, or ad_hoc for a benchmark launched alone.';
comment on column v_trials.component is 'System under measurement.';
comment on column v_trials.day is 'Part of the campaign: baseline, microbenchmarks, macrobenchmarks, deep_dive or roadmap.';
comment on column v_trials.benchmark is 'Name of the benchmark.';
comment on column v_trials.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_trials.attempt is 'Number of the attempt of this benchmark in this campaign.';
comment on column v_trials.counts is 'The attempt is the one that counts.';
comment on column v_trials.number is 'Number of the trial within its case and attempt.';
comment on column v_trials.status is 'ok, failed, timed_out, invalid, configuration_failure, environment_failure or skipped.';
comment on column v_trials.message is 'Why it is not ok; empty otherwise.';
comment on column v_trials.duration_ns is 'From start to end of the worker process.';
comment on column v_trials.iterations is 'Calls of the workload, warm-ups too.';
comment on column v_trials.loops is 'Calls of the workload in one value.';
comment on column v_trials.wall_ns is 'Wall time of the timed part.';
comment on column v_trials.cpu_ns is 'CPU time of the process tree in the timed part.';
comment on column v_trials.waiting_ns is 'Wall minus on-CPU minus run-queue delay in the timed part.';
comment on column v_trials.run_queue_ns is 'Time that threads were ready and had to wait for a CPU.';
comment on column v_trials.peak_rss_bytes is 'Peak resident memory after set-up.';
comment on column v_trials.minor_faults is 'Page faults served from memory.';
comment on column v_trials.major_faults is 'Page faults served from disk.';
comment on column v_trials.voluntary_switches is 'Context switches because it waited.';
comment on column v_trials.involuntary_switches is 'Context switches because it was interrupted.';
comment on column v_trials.gc_collections is 'Collections of the cyclic garbage collector.';
comment on column v_trials.allocated_blocks is 'Memory blocks that the interpreter held at the end.';
comment on column v_trials.throttled_ns is 'Time throttled by a CPU quota.';
comment on column v_trials.neighbour is 'Share of the machine that others took, 0 to 1.';
comment on column v_trials.startup_ns is 'From start of the process to the import of the workload.';
comment on column v_trials.setup_ns is 'Set-up of the workload, untimed.';
comment on column v_trials.position is 'Place of the trial in the order of the attempt.';
comment on column v_trials.arm is 'Arm of an A/B; empty otherwise.';
comment on column v_trials.block is 'Block of an A/B; -1 otherwise.';
comment on column v_trials.hash_seed is 'PYTHONHASHSEED of the process.';
comment on column v_trials.padding is 'Bytes by which the environment was padded.';
comment on column v_trials.heap_seed is 'Seed of the shake of the heap.';
comment on column v_trials.aslr is 'Address randomisation: on, off or refused.';
comment on column v_trials.fingerprint is 'Hash of the code really imported, the interpreter build and the dependencies.';
comment on column v_trials.revision is 'Revision that was measured.';
comment on column v_trials.python is 'Version of the interpreter.';
comment on column v_trials.log_tail is 'End of what the worker printed.';
comment on column v_trials.trial_id is 'Id of the trial.';
comment on column v_trials.run_id is 'Run that measured it.';
comment on column v_trials.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_trials.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_trials.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
comment on column v_trials.measured_at is 'When it began (UTC).';
