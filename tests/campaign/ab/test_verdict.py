"""From blocks to a verdict: which way is good, what voids it, what it says."""

from __future__ import annotations

import math

import pytest

from perf_pipeline.analysis.ab import AbResult, AbRule, Shift, judge_ab
from perf_pipeline.campaign.ab.result import MetricResult, OutputAgreement
from perf_pipeline.campaign.ab.verdict import (
    NO_DIRECTION,
    OTHER_RESULTS,
    effect_percent,
    judged_metric,
    so_far,
)
from perf_pipeline.model import Clock, Direction, MetricDefinition, MetricKind, Verdict
from perf_pipeline.report.units import MINUS

CPU = MetricDefinition("cpu_ns", "ns", clock=Clock.CPU, judged=True)
RATE = MetricDefinition("reads_per_sec", "1/s", Direction.HIGHER)
WAITING = MetricDefinition("waiting_ns", "ns", kind=MetricKind.SIGNED, clock=Clock.WAITING)
HITS = MetricDefinition("hit_ratio", "1", Direction.HIGHER, MetricKind.PROPORTION)
CALLS = MetricDefinition("calls", "count", kind=MetricKind.EXACT)
HASH = MetricDefinition("checksum", "count", Direction.NONE, MetricKind.EXACT)


def found(shift: Shift, effect: float | None = 0.08, **other: object) -> AbResult:
    """What 16 blocks say."""
    known = effect is not None
    base = {
        "shift": shift,
        "estimate": effect,
        "low": effect - 0.01 if effect is not None else None,
        "high": effect + 0.01 if effect is not None else None,
        "n": 16,
        "is_final": shift is not Shift.OPEN,
        "detectable": 0.02 if known else None,
        "blocks_to_resolve": 40,
        "p_value": 0.0001 if known else None,
    }
    return AbResult(**{**base, **other})  # type: ignore[arg-type]  # what a test names


def result(metric: MetricDefinition, ab: AbResult, withheld: str = "") -> MetricResult:
    """The engine's answer, from 100 on."""
    return MetricResult(metric, ab, 100.0, 108.0, withheld)


@pytest.mark.parametrize(
    ("metric", "shift", "verdict"),
    [
        (CPU, Shift.HIGHER, Verdict.WORSE),
        (CPU, Shift.LOWER, Verdict.BETTER),
        (RATE, Shift.HIGHER, Verdict.BETTER),
        (RATE, Shift.LOWER, Verdict.WORSE),
        (HITS, Shift.LOWER, Verdict.WORSE),
        (CALLS, Shift.HIGHER, Verdict.WORSE),
        (HASH, Shift.HIGHER, Verdict.INCONCLUSIVE),
        (CPU, Shift.EQUAL, Verdict.UNCHANGED),
        (HASH, Shift.EQUAL, Verdict.UNCHANGED),
        (RATE, Shift.OPEN, Verdict.INCONCLUSIVE),
    ],
)
def test_which_way_is_good_decides(
    metric: MetricDefinition, shift: Shift, verdict: Verdict
) -> None:
    """Higher is no verdict; worse is."""
    assert judged_metric(result(metric, found(shift)), OutputAgreement.AGREE).verdict is verdict


def test_better_is_void_where_other_results_were_computed() -> None:
    """Whoever leaves out the work is fast; what got slower is slower all the same."""
    faster = judged_metric(result(CPU, found(Shift.LOWER, -0.3)), OutputAgreement.DIFFER)
    assert (faster.verdict, faster.doubt) == (Verdict.INCONCLUSIVE, OTHER_RESULTS)
    assert OTHER_RESULTS in faster.reason
    slower = judged_metric(result(CPU, found(Shift.HIGHER)), OutputAgreement.DIFFER)
    assert slower.verdict is Verdict.WORSE
    assert slower.reason.endswith("the arms returned different results")
    unknown = judged_metric(result(CPU, found(Shift.LOWER, -0.3)), OutputAgreement.UNKNOWN)
    assert unknown.verdict is Verdict.BETTER


def test_without_a_direction_a_difference_is_told_and_no_verdict() -> None:
    """A checksum that differs is neither worse nor better."""
    row = judged_metric(result(HASH, found(Shift.HIGHER, 8.0)), OutputAgreement.AGREE)
    assert (row.verdict, row.doubt) == (Verdict.INCONCLUSIVE, NO_DIRECTION)


def test_what_was_withheld_says_only_why() -> None:
    """No figure of it may be read as evidence."""
    held = result(CPU, found(Shift.HIGHER), withheld="contended: others took 30% of the machine")
    row = judged_metric(held, OutputAgreement.AGREE)
    assert row.verdict is Verdict.INCONCLUSIVE
    assert row.reason == "contended: others took 30% of the machine"
    assert {row.change_percent, row.low_percent, row.detectable_percent, row.p_value} == {None}
    assert row.doubt == ""


@pytest.mark.parametrize(
    ("metric", "effect", "percent"),
    [
        (CPU, math.log(1.08), 8.0),
        (CPU, math.log(0.5), -50.0),
        (WAITING, 0.05, 5.0),
        (HITS, -0.02, -2.0),
        (CALLS, 8.0, 8.0),
        (CPU, None, None),
    ],
)
def test_effects_in_percent(
    metric: MetricDefinition, effect: float | None, percent: float | None
) -> None:
    """Relative, of the wall time, or in points, as the kind wants it."""
    assert effect_percent(metric, effect, 100.0) == pytest.approx(percent)


def test_an_exact_metric_that_was_nothing_has_no_percentage() -> None:
    """From 0 to 3 is no percentage; from 0 to 0 is none at all."""
    assert effect_percent(CALLS, 3.0, 0.0) is None
    assert effect_percent(CALLS, 0.0, 0.0) == 0.0


def test_under_eight_blocks_the_reason_counts_them() -> None:
    """A comparison that was cut short."""
    ab = found(Shift.OPEN, None, n=3, blocks_to_resolve=None)
    row = judged_metric(result(CPU, ab), OutputAgreement.AGREE)
    assert (row.verdict, row.reason) == (Verdict.INCONCLUSIVE, "only 3 blocks")


def test_open_and_unchanged_say_what_would_have_shown() -> None:
    """The honest half of a quiet row."""
    still = judged_metric(result(CPU, found(Shift.EQUAL, 0.001)), OutputAgreement.AGREE)
    assert still.reason == f"+0.1% ({MINUS}0.9 to +1.1) in 16 blocks; 2.0% would have shown"
    assert still.more_blocks is None
    openly = judged_metric(result(CPU, found(Shift.OPEN, 0.001)), OutputAgreement.AGREE)
    assert openly.reason.endswith("2.0% would have shown; about 24 more blocks would decide")
    assert openly.more_blocks == 24


def test_severe_is_a_label_of_the_author_and_no_test() -> None:
    """It needs a verdict first, and a threshold at all."""
    worse = result(CPU, found(Shift.HIGHER, math.log(1.12)))
    assert judged_metric(worse, OutputAgreement.AGREE, 10.0).severe
    assert not judged_metric(worse, OutputAgreement.AGREE, 15.0).severe
    assert not judged_metric(worse, OutputAgreement.AGREE).severe
    openly = result(CPU, found(Shift.OPEN, math.log(1.12)))
    assert not judged_metric(openly, OutputAgreement.AGREE, 10.0).severe


def test_so_far_is_a_short_line() -> None:
    """For somebody who waits; before the first look there is nothing to say."""
    ab = judge_ab([0.05 + 0.001 * (number % 3) for number in range(8)], AbRule())
    assert so_far([result(CPU, ab)]).startswith("CPU time +5.")
    assert so_far([]) == ""
