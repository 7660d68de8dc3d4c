create or replace view v_values as
select
    trial.campaign_id as campaign,
    trial.night,
    trial.suite,
    trial.machine,
    trial.component,
    trial.benchmark,
    trial.label as parameters,
    trial.attempt,
    trial.number,
    value.metric,
    value.position,
    value.warmup,
    value.value,
    value.attempts,
    value.unit,
    trial.trial_id,
    trial.case_id,
    trial.case_key
from value
join trial using (trial_key);

comment on view v_values is 'One row per value of a trial, warm-ups too: the raw figures.';
comment on column v_values.campaign is 'Id of the campaign: suite, machine, night and number.';
comment on column v_values.night is 'Date on which the campaign began.';
comment on column v_values.suite is 'Name of the suite.';
comment on column v_values.machine is 'Name of the machine.';
comment on column v_values.component is 'System under measurement.';
comment on column v_values.benchmark is 'Name of the benchmark.';
comment on column v_values.parameters is 'Parameters of the case as a reader sees them.';
comment on column v_values.attempt is 'Number of the attempt of this benchmark in this campaign.';
comment on column v_values.number is 'Number of the trial within its case and attempt.';
comment on column v_values.metric is 'Name of the metric.';
comment on column v_values.position is 'Place of the value in the trial, from 0.';
comment on column v_values.warmup is 'A warm-up, left out of every figure.';
comment on column v_values.value is 'One timed repetition, or one thing observed in it; successes for a proportion.';
comment on column v_values.attempts is 'What the successes were out of; null for other metrics.';
comment on column v_values.unit is 'Unit of the metric.';
comment on column v_values.trial_id is 'Id of the trial.';
comment on column v_values.case_id is 'Id of the case: suite, benchmark, parameters.';
comment on column v_values.case_key is 'Hash of what is asked; ties the history of a case together.';
