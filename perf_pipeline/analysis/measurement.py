"""The summary of one metric of one case in one campaign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from perf_pipeline.analysis.bimodal import is_bimodal
from perf_pipeline.analysis.confidence import centre, confidence, trials_needed
from perf_pipeline.analysis.contended import is_contended
from perf_pipeline.analysis.percentile_batches import within_one_process
from perf_pipeline.analysis.sentence import counted, exactly, figure
from perf_pipeline.analysis.trend import has_trend
from perf_pipeline.analysis.trial_value import (
    TrialValue,
    observations_needed,
    percentile_of,
    trial_value,
)
from perf_pipeline.model import (
    Measurement,
    MetricDefinition,
    MetricKind,
    Observation,
    Statistic,
    Trial,
    TrialStatus,
    short_hash,
)

WORST_FIRST = (
    TrialStatus.FAILED,
    TrialStatus.TIMED_OUT,
    TrialStatus.INVALID,
    TrialStatus.CONFIGURATION_FAILURE,
    TrialStatus.ENVIRONMENT_FAILURE,
    TrialStatus.SKIPPED,
    TrialStatus.OK,
)


@dataclass(frozen=True, slots=True)
class _Figure:
    """What the counted trials gave for one metric."""

    reason: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    trial_values: tuple[float, ...] = ()


def summarise(
    trials: Sequence[Trial], metrics: Sequence[MetricDefinition] = ()
) -> tuple[Measurement, ...]:
    """A measurement for every (case, metric) of one attempt, also where nothing could be measured.

    Only `ok` trials enter a value. Under 5 of them (3 of an exact metric) the value stands without
    interval; without any it is None; `reason` says why in a sentence. The status is that of the
    case: `ok` if all its trials are, else the worst among them.

    Args:
        trials: All trials of one campaign, benchmark and attempt, failed ones too, no profiled
            ones. A metric counts as asked for once any of them carries an observation of it.
        metrics: Metrics that get a row even if no trial carries an observation of them.

    Raises:
        ValueError: The trials are of several campaigns, benchmarks, attempts or method versions.
    """
    _refuse_mixture(trials)
    asked = _definitions(trials, metrics)
    cases: dict[str, list[Trial]] = {}
    for trial in trials:
        cases.setdefault(trial.case_id, []).append(trial)
    return tuple(_measure(case, metric) for case in cases.values() for metric in asked)


def case_status(trials: Sequence[Trial]) -> tuple[TrialStatus, str]:
    """The worst status among a case's trials, and a sentence unless all are ok.

    The sentence is the message of the first trial that ended so, after how many did.
    """
    counts = Counter(trial.status for trial in trials)
    worst = next(status for status in WORST_FIRST if counts[status])
    if worst is TrialStatus.OK:
        return worst, ""
    message = next((trial.message for trial in trials if trial.status is worst), "")
    if message and counts[worst] == len(trials):
        return worst, message
    told = f"{counts[worst]} of {counted(len(trials), 'trial')} {worst.value.replace('_', ' ')}"
    return worst, f"{told}: {message}" if message else told


def _refuse_mixture(trials: Sequence[Trial]) -> None:
    sources = {(t.campaign_id, t.benchmark, t.attempt, t.method_version) for t in trials}
    if len(sources) > 1:
        raise ValueError(f"trials of several attempts cannot be one measurement: {sorted(sources)}")


def _definitions(
    trials: Sequence[Trial], metrics: Sequence[MetricDefinition]
) -> tuple[MetricDefinition, ...]:
    found = {metric.name: metric for metric in metrics}
    for trial in trials:
        for observation in trial.observations:
            found.setdefault(observation.metric.name, observation.metric)
    return tuple(found.values())


def _measure(trials: Sequence[Trial], metric: MetricDefinition) -> Measurement:
    counted_trials = [trial for trial in trials if trial.status is TrialStatus.OK]
    status, fault = case_status(trials)
    observed = [_observation(trial, metric) for trial in counted_trials]
    timed = [np.asarray(o.values[o.warmups :], dtype=np.float64) for o in observed]
    found = _figure(metric, observed, counted_trials)
    values = np.concatenate(timed) if timed else np.array([])
    share = metric.kind is MetricKind.PROPORTION
    spread = len(values) > 0 and not share and bool(np.isfinite(values).all())
    first = (counted_trials or trials)[0]
    return Measurement(
        campaign_id=first.campaign_id,
        suite=first.suite,
        machine=first.machine,
        night=first.night,
        kind=first.kind,
        budget=first.budget,
        benchmark=first.benchmark,
        component=first.component,
        day=first.day,
        case_id=first.case_id,
        case_key=first.case_key,
        parameters=first.parameters,
        attempt=first.attempt,
        metric=metric,
        status=status,
        reason="; ".join(part for part in (fault, found.reason) if part),
        trials=len(counted_trials),
        trials_started=sum(trial.status is not TrialStatus.SKIPPED for trial in trials),
        n=_attempts(observed) if share else len(values),
        value=found.value,
        low=found.low,
        high=found.high,
        median=float(np.median(values)) if spread else None,
        p90=float(np.quantile(values, 0.9)) if spread else None,
        trial_values=found.trial_values,
        contended=is_contended([trial.counters for trial in counted_trials]),
        trend=spread and has_trend(timed),
        bimodal=is_bimodal(found.trial_values),
        fingerprint=_fingerprint(counted_trials or trials),
        measured_at=min(trial.measured_at for trial in counted_trials or trials),
    )


def _observation(trial: Trial, metric: MetricDefinition) -> Observation:
    """What the trial saw of the metric, or of the observations it is computed from (`of`)."""
    named = {observation.metric.name: observation for observation in trial.observations}
    for name in (metric.name, metric.of):
        seen = named.get(name)
        if seen and seen.values:
            return Observation(metric, seen.values, seen.warmups, seen.attempts)
    return Observation(metric, ())


def _figure(
    metric: MetricDefinition, observed: Sequence[Observation], trials: Sequence[Trial]
) -> _Figure:
    results = [
        trial_value(observation, _duration_s(trial))
        for observation, trial in zip(observed, trials, strict=True)
    ]
    values = tuple(result.value for result in results if result.value is not None)
    if _is_one_run(metric, results, len(values)):
        return _pooled_percentile(metric, observed)
    if refusal := _refusal(metric, results, values):
        return _Figure(refusal)
    if not values:
        return _Figure(results[0].reason if results else "")
    valued = [o for o, result in zip(observed, results, strict=True) if result.value is not None]
    found = _interval(metric, valued, values)
    lost = next((result.reason for result in results if result.value is None), "")
    told = f"{len(values)} of {counted(len(trials), 'trial')} count: {lost}" if lost else ""
    return replace(found, reason="; ".join(part for part in (told, found.reason) if part))


def _is_one_run(metric: MetricDefinition, results: Sequence[TrialValue], valued: int) -> bool:
    """Whether a percentile lacks nothing but observations or trials."""
    if metric.statistic is not Statistic.PERCENTILE or metric.percentile is None or not results:
        return False
    only_few = all(result.few or result.value is not None for result in results)
    return only_few and valued < trials_needed(metric)


def _refusal(
    metric: MetricDefinition, results: Sequence[TrialValue], values: Sequence[float]
) -> str:
    """Why the trials' figures are not of the metric's kind; empty if they are."""
    if broken := next((result.reason for result in results if result.broken), ""):
        return f"in a trial {broken}"
    if metric.kind is MetricKind.EXACT and len(set(values)) > 1:
        seen = " and ".join(exactly(value, metric.unit) for value in (min(values), max(values)))
        return f"declared exact, but trials differ: {seen} were seen"
    return ""


def _interval(
    metric: MetricDefinition, observed: Sequence[Observation], values: tuple[float, ...]
) -> _Figure:
    attempts = _attempts(observed)
    value = centre(metric.kind, values)
    if metric.kind is MetricKind.PROPORTION:
        value = sum(sum(o.values[o.warmups :]) for o in observed) / attempts
    needed = trials_needed(metric)
    if len(values) < needed:
        told = f"{counted(len(values), 'trial')}, an interval needs {needed}"
        return _Figure(told, value, trial_values=values)
    bounds = confidence(metric, values, attempts=attempts, pooled=value)
    return _Figure("", value, bounds.low, bounds.high, values)


def _pooled_percentile(metric: MetricDefinition, observed: Sequence[Observation]) -> _Figure:
    """The percentile of all observations together: a figure to look at, without an interval."""
    percentile = metric.percentile or 0.0
    pooled = np.array([value for o in observed for value in o.values[o.warmups :]])
    needs = (
        f"p{figure(percentile)} needs {observations_needed(percentile):,} "
        f"in each of {trials_needed(metric)}"
    )
    have = f"{counted(len(pooled), 'observation')} in {counted(len(observed), 'trial')}"
    within = within_one_process(pooled, percentile) if len(observed) == 1 else None
    if within is None:
        told = f"one run, no interval; {have}, {needs}"
    else:
        ends = f"{figure(within.low)} to {figure(within.high, metric.unit)}"
        told = f"one process, no verdict: {ends} within it with 95 % confidence; {have}, {needs}"
    return _Figure(told, percentile_of(pooled, percentile))


def _attempts(observed: Sequence[Observation]) -> int:
    return round(sum(sum(o.attempts[o.warmups :]) for o in observed))


def _duration_s(trial: Trial) -> float:
    """Of the timed part; of the whole trial where a service was measured and nothing was timed."""
    return (trial.counters.wall_ns or trial.duration_ns) / 1e9


def _fingerprint(trials: Sequence[Trial]) -> str:
    """Of the case: that of its trials, or of the set of them where trials imported differently."""
    seen = sorted({trial.fingerprint for trial in trials})
    return seen[0] if len(seen) == 1 else short_hash(*seen)
