create or replace view v_profiles as
select
    profile.campaign_id as campaign,
    profile.night,
    profile.suite,
    profile.machine,
    profile.component,
    profile.benchmark,
    coalesce(asked.label, '') as parameters,
    profile.profiler,
    profile.status,
    profile.message,
    profile.rate_hz,
    profile.samples,
    profile.errors,
    profile.wall_ns,
    profile.cpu_ns,
    profile.iterations,
    profile.artifact,
    profile.profile_id,
    profile.attempt,
    profile.case_id,
    profile.case_key,
    coalesce(asked.parameters, '{}') as parameters_json,
    profile.measured_at
from profile
left join newest_case as asked
    on asked.campaign_id = profile.campaign_id
    and asked.case_id = profile.case_id
left join counted_attempt as counted
    on counted.campaign_id = profile.campaign_id
    and counted.benchmark = profile.benchmark
where profile.attempt = coalesce(counted.attempt, profile.attempt);

comment on view v_profiles is 'One row per profile of a counted attempt, also where the profiler was missing or forbidden.';
comment on column v_profiles.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_profiles.night is 'Date on which the campaign began.';
comment on column v_profiles.suite is 'Name of the suite.';
comment on column v_profiles.machine is 'Name of the machine.';
comment on column v_profiles.component is 'System under measurement.';
comment on column v_profiles.benchmark is 'Name of the benchmark.';
comment on column v_profiles.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_profiles.profiler is 'Name of the profiler.';
comment on column v_profiles.status is 'ok, or what became of the profiled trial.';
comment on column v_profiles.message is 'Why there is no profile; empty otherwise.';
comment on column v_profiles.rate_hz is 'Samples per second asked for.';
comment on column v_profiles.samples is 'Samples taken.';
comment on column v_profiles.errors is 'Samples that could not be read.';
comment on column v_profiles.wall_ns is 'Wall time of the profiled trial.';
comment on column v_profiles.cpu_ns is 'CPU time of the profiled trial, the cost of the profiler included.';
comment on column v_profiles.iterations is 'Calls of the workload in the profiled trial.';
comment on column v_profiles.artifact is 'Raw recording, a path below the artifacts of the home; empty when none was kept.';
comment on column v_profiles.profile_id is 'Id of the profile.';
comment on column v_profiles.attempt is 'Number of the attempt of this benchmark in this campaign.';
comment on column v_profiles.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_profiles.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_profiles.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
comment on column v_profiles.measured_at is 'When it was taken (UTC).';
