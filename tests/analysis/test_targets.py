"""Whether a measurement reaches what was declared for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from examples import CALLS, CPU, HITS, P99, measurement, observed, target, trial

from perf_pipeline.analysis.measurement import summarise
from perf_pipeline.analysis.targets import judge_target
from perf_pipeline.model import Clock, Direction, TrialStatus, Verdict

AROUND_100 = [98.0, 99.0, 100.0, 101.0, 102.0]


@pytest.mark.parametrize(
    ("aim", "direction", "verdict"),
    [
        (110, Direction.LOWER, Verdict.MET),
        (90, Direction.LOWER, Verdict.MISSED),
        (100.5, Direction.LOWER, Verdict.INCONCLUSIVE),
        (90, Direction.HIGHER, Verdict.MET),
        (110, Direction.HIGHER, Verdict.MISSED),
        (100.5, Direction.HIGHER, Verdict.INCONCLUSIVE),
    ],
)
def test_the_bound_decides(aim: float, direction: Direction, verdict: Verdict) -> None:
    """Wholly on the good side, wholly on the bad side, or neither."""
    assert judge_target(measurement(CPU, AROUND_100), target(aim, direction)).verdict is verdict


def test_sentences_name_the_bound_and_the_target() -> None:
    """What was found, how sure, and what was asked."""
    found = measurement(CPU, AROUND_100)
    met = judge_target(found, target(110))
    assert met.reason == "at most 103 ns with 95 % confidence, target 110 ns"
    missed = judge_target(found, target(90))
    assert missed.reason == "at least 96.9 ns with 95 % confidence, target 90 ns"
    open_ = judge_target(found, target(100))
    assert open_.reason == "between 96.9 and 103 ns, target 100 ns"


@pytest.mark.parametrize(
    ("direction", "aim", "low", "high", "severe"),
    [
        (Direction.LOWER, 80, 70, 90, True),
        (Direction.LOWER, 80, 70, 120, False),
        (Direction.HIGHER, 120, 110, 130, True),
        (Direction.HIGHER, 120, 90, 130, False),
        (Direction.LOWER, 80, None, None, False),
    ],
)
def test_the_bad_end_of_the_range_is_severity(
    direction: Direction, aim: float, low: float | None, high: float | None, severe: bool
) -> None:
    """Missed either way; severe if even the bad end is certainly passed."""
    found = judge_target(measurement(CPU, AROUND_100), target(aim, direction, low=low, high=high))
    assert (found.verdict, found.severe) == (Verdict.MISSED, severe)


@pytest.mark.parametrize(
    ("direction", "aim", "low", "high"),
    [(Direction.LOWER, 200, 150, 250), (Direction.HIGHER, 50, 40, 60)],
)
def test_better_than_plausible_is_met_with_a_doubt(
    direction: Direction, aim: float, low: float, high: float
) -> None:
    """Beyond the good end of the range the measurement is to be checked."""
    found = judge_target(measurement(CPU, AROUND_100), target(aim, direction, low=low, high=high))
    assert found.verdict is Verdict.MET
    assert found.reason == "better than the plausible range, check the measurement"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (90, 110, Verdict.MET),
        (None, 110, Verdict.MET),
        (105, 120, Verdict.MISSED),
        (50, 90, Verdict.MISSED),
        (100, 120, Verdict.INCONCLUSIVE),
    ],
)
def test_only_direction_range_must_lie_inside(
    low: float | None, high: float, verdict: Verdict
) -> None:
    """Inside, outside, or across an end."""
    asked = target(100, Direction.RANGE, low=low, high=high)
    assert judge_target(measurement(CPU, AROUND_100), asked).verdict is verdict


@pytest.mark.parametrize(
    ("changes", "asked", "reason"),
    [
        (
            {"status": TrialStatus.FAILED, "reason": "1 of 5 trials failed: boom"},
            target(110),
            "1 of 5 trials failed: boom",
        ),
        (
            {"value": None, "reason": "ran 20 s, needs 3,600 s"},
            target(1),
            "ran 20 s, needs 3,600 s",
        ),
        ({}, replace(target(110), unit="ms"), "the target is in ms, cpu_ns is in ns"),
        ({}, target(110, Direction.NONE), "the target declares no direction"),
        ({}, target(110, Direction.RANGE), "direction range needs an acceptable range"),
    ],
)
def test_not_measured_says_why(changes: dict[str, object], asked: object, reason: str) -> None:
    """A failure, a claim too long, another unit: no verdict about the target."""
    found = judge_target(measurement(CPU, AROUND_100, **changes), asked)
    assert (found.verdict, found.reason) == (Verdict.NOT_MEASURED, reason)


def test_under_five_trials_nothing_is_concluded() -> None:
    """Not even where all four are far below the target."""
    trials = [trial(i, observed(CPU, [1.0 + i / 100])) for i in range(4)]
    found = judge_target(summarise(trials)[0], target(1e9))
    assert (found.verdict, found.reason) == (
        Verdict.INCONCLUSIVE,
        "4 trials, an interval needs 5",
    )


def test_a_percentile_of_one_run_is_no_verdict() -> None:
    """p99 of 100 requests in a trial is shown and not judged."""
    rows = np.random.default_rng(1).lognormal(size=(10, 100))
    found = summarise([trial(i, observed(P99, row)) for i, row in enumerate(rows)])[0]
    judged = judge_target(found, replace(target(1e9), unit="ms"))
    assert judged.verdict is Verdict.INCONCLUSIVE
    assert judged.reason.startswith("one run, no interval")


def test_the_wall_clock_of_a_contended_machine_is_withheld() -> None:
    """CPU time stands, wall time does not."""
    contended = measurement(CPU, AROUND_100, contended=True)
    assert judge_target(contended, target(110)).verdict is Verdict.MET
    wall = replace(contended, metric=replace(CPU, clock=Clock.WALL))
    assert judge_target(wall, target(110)).verdict is Verdict.INCONCLUSIVE


def test_exact_metrics_are_judged_by_their_value() -> None:
    """Three equal trials are enough."""
    found = measurement(CALLS, [7.0] * 3)
    asked = replace(target(7), unit="calls")
    assert judge_target(found, asked).verdict is Verdict.MET
    assert judge_target(found, replace(asked, target=6)).verdict is Verdict.MISSED


def test_proportions_are_judged_by_their_attempts() -> None:
    """98 of 100 meets 90 % for certain, 9 of 10 does not."""
    asked = replace(target(0.9, Direction.HIGHER), unit="1")
    many = measurement(HITS, [0.98] * 5, n=500)
    few = measurement(HITS, [1.0, 0.9, 1.0, 0.9, 1.0], n=15, value=0.96)
    assert judge_target(many, asked).verdict is Verdict.MET
    assert judge_target(few, asked).verdict is Verdict.INCONCLUSIVE
