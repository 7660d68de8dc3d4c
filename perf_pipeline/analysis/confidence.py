"""The interval of a measurement, by the kind of its metric."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from perf_pipeline.analysis.percentile_batches import wider
from perf_pipeline.analysis.robust import (
    FloatArray,
    Interval,
    student_t_quantile,
    trimmed_mean,
    wilson_interval,
    yuen_interval,
)
from perf_pipeline.model import MetricDefinition, MetricKind, Statistic

FEWEST_TRIALS = 5
FEWEST_EXACT = 3


def trials_needed(metric: MetricDefinition) -> int:
    """How many trials an interval needs: 5, of an exact metric 3."""
    return FEWEST_EXACT if metric.kind is MetricKind.EXACT else FEWEST_TRIALS


def centre(kind: MetricKind, trial_values: Sequence[float]) -> float:
    """The measurement's value: 20 % trimmed mean, of the logs for positive metrics."""
    if kind is MetricKind.POSITIVE:
        return float(np.exp(trimmed_mean(np.log(trial_values))))
    return float(trimmed_mean(trial_values))


def confidence(
    metric: MetricDefinition,
    trial_values: Sequence[float],
    level: float = 0.95,
    attempts: int = 0,
    pooled: float = 0.0,
) -> Interval:
    """The interval over the trials, never over their repetitions.

    Positive: Yuen on logs, transformed back. Signed: Yuen. Exact: the value itself. Proportion:
    see `_proportion`. Percentile: Yuen or Student, whichever reaches farther (see `wider`). Few
    trials that happen to agree to the digit give an interval of no width.

    Args:
        metric: Its kind and statistic choose the rule.
        trial_values: One number per counted trial, at least `trials_needed`.
        level: Two-sided.
        attempts: Of all trials together; proportions only.
        pooled: All successes ÷ all attempts; proportions only.
    """
    if metric.kind is MetricKind.PROPORTION:
        return _proportion(trial_values, level, attempts, pooled)
    if metric.kind is MetricKind.EXACT:
        return Interval(trial_values[0], trial_values[0], trial_values[0])
    interval = _wider if metric.statistic is Statistic.PERCENTILE else yuen_interval
    if metric.kind is MetricKind.SIGNED:
        return interval(np.asarray(trial_values), level)
    logs = interval(np.log(trial_values), level)
    return Interval(*(float(np.exp(part)) for part in (logs.estimate, logs.low, logs.high)))


def _wider(values: FloatArray, level: float) -> Interval:
    return Interval(*(float(part) for part in wider(values, level)))


def _proportion(shares: Sequence[float], level: float, attempts: int, pooled: float) -> Interval:
    """Wilson's interval, with attempts discounted where trials differ more than chance allows.

    The discount is the design effect (Kish 1965): variance between trials ÷ binomial variance,
    never under 1, for trials of about equal size. It is estimated from few trials, therefore
    Student's t stands in for the normal quantile; with equal trials that errs on the wide side.
    """
    each = attempts / len(shares)
    chance = pooled * (1 - pooled) / each
    effect = max(1.0, float(np.var(shares, ddof=1)) / chance) if chance > 0 else 1.0
    quantile = student_t_quantile((1 + level) / 2, len(shares) - 1) if effect > 1 else None
    return wilson_interval(pooled * attempts / effect, attempts / effect, level, quantile)
