create or replace view v_history as
select
    measured.machine,
    measured.suite,
    measured.component,
    measured.benchmark,
    measured.label as parameters,
    measured.metric,
    measured.night,
    measured.campaign_id as campaign,
    measured.value,
    measured.low,
    measured.high,
    measured.unit,
    measured.trials,
    measured.n,
    measured.contended,
    measured.statistic,
    measured.fingerprint,
    measured.environment_id,
    measured.revision,
    measured.case_key
from counted_measurement as measured
where measured.kind = 'full'
and measured.value is not null
qualify row_number() over (
    partition by
        measured.machine,
        measured.suite,
        measured.benchmark,
        measured.case_key,
        measured.metric,
        measured.unit,
        measured.statistic,
        measured.percentile,
        measured.night
    order by measured.number desc
) = 1;

comment on view v_history is 'One row per series and night: full campaigns only, the newest of each night.';
comment on column v_history.machine is 'Name of the machine.';
comment on column v_history.suite is 'Name of the suite.';
comment on column v_history.component is 'System under measurement.';
comment on column v_history.benchmark is 'Name of the benchmark.';
comment on column v_history.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_history.metric is 'Name of the metric.';
comment on column v_history.night is 'Date on which the campaign began.';
comment on column v_history.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_history.value is 'What was measured that night, in the unit.';
comment on column v_history.low is 'Lower end of the 95 % interval.';
comment on column v_history.high is 'Upper end of the 95 % interval.';
comment on column v_history.unit is 'Unit of the metric.';
comment on column v_history.trials is 'Trials that entered the value.';
comment on column v_history.n is 'Timed values behind the figure.';
comment on column v_history.contended is 'Others took more than a tenth of the machine in most trials, or it was throttled.';
comment on column v_history.statistic is 'How the values of one trial became its one number.';
comment on column v_history.fingerprint is 'Hash of the code really imported, the interpreter build and the dependencies.';
comment on column v_history.environment_id is 'Hash of the facts in v_environment.';
comment on column v_history.revision is 'Revision that was measured.';
comment on column v_history.case_key is 'Hash of what is asked; ties the history of a case together.';
