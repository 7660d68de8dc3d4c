"""Whether a measurement reaches what was declared for it."""

from __future__ import annotations

from dataclasses import dataclass

from perf_pipeline.analysis.confidence import confidence, trials_needed
from perf_pipeline.analysis.robust import Interval
from perf_pipeline.analysis.sentence import counted, figure
from perf_pipeline.model import (
    Clock,
    Direction,
    Measurement,
    TargetDefinition,
    TrialStatus,
    Verdict,
)

LEVEL = 0.94
"""Two-sided. By the book 0.90 makes each end a one-sided 95 % bound, but over 5 to 20 trials Yuen's
interval then errs in up to 6.4 % of cases on one side; calibrated so that it errs in under 5 %."""


@dataclass(frozen=True, slots=True)
class TargetJudgement:
    """A verdict on a target and the sentence for it.

    `severe` means missed and even beyond the bad end of the acceptable range.
    """

    verdict: Verdict
    reason: str
    severe: bool = False


def judge_target(measurement: Measurement, target: TargetDefinition) -> TargetJudgement:
    """`met` or `missed` only where the one-sided 95 % bound says so, else `inconclusive`.

    Of a case that exactly reaches its target at most 5 % of measurements are called met and at
    most 5 % missed; more where trials depend on each other or have two states (docs/method.md).
    The verdict is on tonight's level. Which cases are held to a target (`where`) is the caller's
    business. On a contended machine targets on the wall clock are withheld.

    Args:
        measurement: Of the target's metric.
        target: Its direction decides; only direction range asks for both ends.
    """
    if reason := _not_measured(measurement, target):
        return TargetJudgement(Verdict.NOT_MEASURED, reason)
    if reason := _not_judged(measurement):
        return TargetJudgement(Verdict.INCONCLUSIVE, reason)
    bounds = confidence(
        measurement.metric,
        measurement.trial_values,
        LEVEL,
        measurement.n,
        measurement.value or 0.0,
    )
    if target.direction is Direction.RANGE:
        return _in_range(bounds, target)
    return _one_sided(bounds, target)


def _not_measured(measurement: Measurement, target: TargetDefinition) -> str:
    if measurement.status is not TrialStatus.OK or measurement.value is None:
        return measurement.reason or measurement.status.value
    if measurement.metric.unit != target.unit:
        return (
            f"the target is in {target.unit or 'no unit'}, "
            f"{target.metric} is in {measurement.metric.unit or 'no unit'}"
        )
    if target.direction is Direction.NONE:
        return "the target declares no direction"
    if target.direction is Direction.RANGE and target.low is None and target.high is None:
        return "direction range needs an acceptable range"
    return ""


def _not_judged(measurement: Measurement) -> str:
    needed = trials_needed(measurement.metric)
    if measurement.low is None or len(measurement.trial_values) < needed:
        have = counted(len(measurement.trial_values), "trial")
        return measurement.reason or f"{have}, a verdict needs {needed}"
    if measurement.contended and measurement.metric.clock is Clock.WALL:
        return "contended: others used the machine, the wall clock says nothing"
    return ""


def _one_sided(bounds: Interval, target: TargetDefinition) -> TargetJudgement:
    """Lower is better; for higher everything is mirrored, so one set of comparisons serves."""
    lower = target.direction is Direction.LOWER
    sign = 1 if lower else -1
    best, worst = (bounds.low, bounds.high) if lower else (bounds.high, bounds.low)
    good_end, bad_end = (target.low, target.high) if lower else (target.high, target.low)
    aim = figure(target.target, target.unit)
    if sign * worst <= sign * target.target:
        if good_end is not None and sign * bounds.estimate < sign * good_end:
            return TargetJudgement(
                Verdict.MET, "better than the plausible range, check the measurement"
            )
        side = "at most" if lower else "at least"
        return TargetJudgement(
            Verdict.MET, f"{side} {figure(worst, target.unit)} with 95 % confidence, target {aim}"
        )
    if sign * best > sign * target.target:
        severe = bad_end is not None and sign * best > sign * bad_end
        side = "at least" if lower else "at most"
        told = f"{side} {figure(best, target.unit)} with 95 % confidence, target {aim}"
        return TargetJudgement(Verdict.MISSED, told, severe)
    return TargetJudgement(Verdict.INCONCLUSIVE, f"{_between(bounds, target)}, target {aim}")


def _in_range(bounds: Interval, target: TargetDefinition) -> TargetJudgement:
    low = float("-inf") if target.low is None else target.low
    high = float("inf") if target.high is None else target.high
    told = f"{_between(bounds, target)}, range {figure(low)} to {figure(high, target.unit)}"
    if low <= bounds.low and bounds.high <= high:
        return TargetJudgement(Verdict.MET, told)
    if bounds.high < low or bounds.low > high:
        return TargetJudgement(Verdict.MISSED, told, severe=True)
    return TargetJudgement(Verdict.INCONCLUSIVE, told)


def _between(bounds: Interval, target: TargetDefinition) -> str:
    return f"between {figure(bounds.low)} and {figure(bounds.high, target.unit)}"
