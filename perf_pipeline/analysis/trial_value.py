"""How the values of one trial become its one number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from perf_pipeline.analysis.robust import FloatArray
from perf_pipeline.analysis.sentence import counted, figure, seconds
from perf_pipeline.model import MetricDefinition, MetricKind, Observation, Statistic

DURATION_TOLERANCE = 0.95
"""A promise of time is kept from this share of it on, as for the status of a trial."""


@dataclass(frozen=True, slots=True)
class TrialValue:
    """One trial's number, or None and a sentence that says why there is none.

    `few` means that only more observations were missing, `broken` that what was observed is no
    figure of the metric's kind.
    """

    value: float | None
    reason: str = ""
    few: bool = False
    broken: bool = False


def observations_needed(percentile: float) -> int:
    """How many observations a percentile needs: 5 for the median, 59 for p95, 299 for p99.

    From so many on the largest of them lies beyond the true percentile with 95 % probability
    (1 - pⁿ ≥ 0.95); from fewer the figure is little more than the maximum. Low percentiles mirror.
    """
    share = max(percentile, 100 - percentile) / 100
    return math.ceil(math.log(0.05) / math.log(share))


def percentile_of(values: FloatArray, percentile: float) -> float:
    """The percentile, median-unbiased (Hyndman & Fan 1996, type 8).

    numpy's default lies 4 % low for p95 of 59 and p99 of 299 values of latency-like shape, which
    takes the interval over 10 trials from 94 % down to 84 %.
    """
    return float(np.quantile(values, percentile / 100, method="median_unbiased"))


def trial_value(observation: Observation, trial_duration_s: float) -> TrialValue:
    """The trial's number by the metric's statistic, warm-ups left out.

    Timings use the 10 % quantile (`low_quantile`): 2 to 3 % of timed loops fall into slow episodes
    (x1.7) that a mean or median of a short trial does not survive. It errs blind: a change that
    slows only some of the loops is not in it, the median and p90 beside it show that.

    Args:
        observation: Values of one metric, warm-ups first.
        trial_duration_s: How long the timed part ran; a claim with `minimum_duration_s` needs it.
    """
    metric = observation.metric
    timed = np.asarray(observation.values[observation.warmups :], dtype=np.float64)
    if trial_duration_s < DURATION_TOLERANCE * metric.minimum_duration_s:
        ran, needs = seconds(trial_duration_s), seconds(metric.minimum_duration_s)
        return TrialValue(None, f"ran {ran}, needs {needs}")
    if not len(timed):
        return TrialValue(None, "nothing was observed")
    if not np.isfinite(timed).all():
        bad = int((~np.isfinite(timed)).sum())
        return TrialValue(
            None, f"{bad} of {counted(len(timed), 'value')} are no finite numbers", broken=True
        )
    if metric.kind is MetricKind.PROPORTION or metric.statistic is Statistic.RATIO:
        return _ratio(observation, timed)
    if metric.statistic is Statistic.PERCENTILE:
        return _percentile(metric, timed)
    return _positive(metric, _plain(metric.statistic, timed))


def _plain(statistic: Statistic, timed: FloatArray) -> float:
    match statistic:
        case Statistic.LOW_QUANTILE:
            return float(np.quantile(timed, 0.1))
        case Statistic.MEAN:
            return float(timed.mean())
        case Statistic.MAXIMUM:
            return float(timed.max())
        case Statistic.LAST:
            return float(timed[-1])
        case _:
            return float(np.median(timed))


def _percentile(metric: MetricDefinition, timed: FloatArray) -> TrialValue:
    if metric.percentile is None:
        return TrialValue(None, "declared as a percentile without saying which")
    needed = observations_needed(metric.percentile)
    if len(timed) < needed:
        have = counted(len(timed), "observation")
        told = f"{have} in a trial, p{figure(metric.percentile)} needs {needed:,}"
        return TrialValue(None, told, few=True)
    return _positive(metric, percentile_of(timed, metric.percentile))


def _ratio(observation: Observation, timed: FloatArray) -> TrialValue:
    attempts = float(sum(observation.attempts[observation.warmups :]))
    successes = float(timed.sum())
    if attempts <= 0:
        return TrialValue(None, "nothing was attempted")
    proportion = observation.metric.kind is MetricKind.PROPORTION
    if proportion and not 0 <= successes <= attempts:
        found = f"{figure(successes)} of {figure(attempts)}"
        told = f"{found} is no proportion: successes lie between 0 and attempts"
        return TrialValue(None, told, broken=True)
    return _positive(observation.metric, successes / attempts)


def _positive(metric: MetricDefinition, value: float) -> TrialValue:
    if metric.kind is not MetricKind.POSITIVE or value > 0:
        return TrialValue(value)
    told = f"{figure(value, metric.unit)}, but its kind is positive; declare kind signed or exact"
    return TrialValue(None, told, broken=True)
