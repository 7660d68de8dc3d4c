create or replace view v_hotspots as
select
    profile.campaign_id as campaign,
    profile.night,
    profile.suite,
    profile.machine,
    profile.component,
    profile.benchmark,
    coalesce(asked.label, '') as parameters,
    profile.profiler,
    hotspot.rank,
    frame.function,
    frame.file,
    frame.line,
    frame.kind as code,
    hotspot.self_share,
    hotspot.total_share,
    hotspot.self_ns,
    hotspot.total_ns,
    hotspot.calls,
    hotspot.score,
    hotspot.saves_at_most,
    hotspot.samples,
    profile.profile_id,
    profile.case_id,
    profile.case_key,
    coalesce(asked.parameters, '{}') as parameters_json
from hotspot
join frame using (frame_key)
join profile using (profile_key)
left join newest_case as asked
    on asked.campaign_id = profile.campaign_id
    and asked.case_id = profile.case_id
left join counted_attempt as counted
    on counted.campaign_id = profile.campaign_id
    and counted.benchmark = profile.benchmark
where profile.attempt = coalesce(counted.attempt, profile.attempt);

comment on view v_hotspots is 'One row per function of a profile of a counted attempt; shares are 0 to 1.';
comment on column v_hotspots.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_hotspots.night is 'Date on which the campaign began.';
comment on column v_hotspots.suite is 'Name of the suite.';
comment on column v_hotspots.machine is 'Name of the machine.';
comment on column v_hotspots.component is 'System under measurement.';
comment on column v_hotspots.benchmark is 'Name of the benchmark.';
comment on column v_hotspots.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_hotspots.profiler is 'Name of the profiler.';
comment on column v_hotspots.rank is '1 is the function whose own time could save most.';
comment on column v_hotspots.function is 'Name of the function.';
comment on column v_hotspots.file is 'File of the function.';
comment on column v_hotspots.line is 'Line of the function that was seen most.';
comment on column v_hotspots.code is 'Whose code it is: own, library or interpreter.';
comment on column v_hotspots.self_share is 'Share of the cost in the function itself.';
comment on column v_hotspots.total_share is 'Share of the cost in the function and what it calls.';
comment on column v_hotspots.self_ns is 'Own cost per iteration: share of the profiled CPU time.';
comment on column v_hotspots.total_ns is 'Cost per iteration with what it calls.';
comment on column v_hotspots.calls is 'Calls, where they were counted exactly; null otherwise.';
comment on column v_hotspots.score is 'Classical score, 0.4 self + 0.4 total + 0.2 calls in percent; misleads where a callee does the work.';
comment on column v_hotspots.saves_at_most is 'Share of the cost saved if its own time vanished (Amdahl).';
comment on column v_hotspots.samples is 'Samples in which the function was seen.';
comment on column v_hotspots.profile_id is 'Id of the profile.';
comment on column v_hotspots.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_hotspots.case_key is 'Hash of what is asked; ties the history of a case together.';
comment on column v_hotspots.parameters_json is 'Parameters of the case as JSON, in the order of the author.';
