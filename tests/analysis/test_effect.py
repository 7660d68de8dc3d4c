"""B against A in one block, by kind of metric."""

from __future__ import annotations

import math

import pytest

from perf_pipeline.analysis.ab import Shift
from perf_pipeline.analysis.effect import effect, judge_exact, wall_scale_ns, why_no_scale
from perf_pipeline.model import MetricDefinition, MetricKind


def metric(kind: MetricKind, unit: str = "ns") -> MetricDefinition:
    """A metric of a kind."""
    return MetricDefinition("m", unit, kind=kind)


@pytest.mark.parametrize(
    ("kind", "unit", "a", "b", "found"),
    [
        (MetricKind.POSITIVE, "ns", 100.0, 105.0, math.log(1.05)),
        (MetricKind.PROPORTION, "1", 0.99, 0.95, -0.04),
        (MetricKind.EXACT, "calls", 7.0, 9.0, 2.0),
        (MetricKind.SIGNED, "ns", 0.0, 50.0, 0.05),
        (MetricKind.SIGNED, "us", 0.0, 0.05, 0.05),
        (MetricKind.SIGNED, "ms", 0.00001, 0.0, -0.01),
    ],
)
def test_each_kind_has_its_scale(
    kind: MetricKind, unit: str, a: float, b: float, found: float
) -> None:
    """Logarithms, points, differences, parts of a wall time of 1,000 ns."""
    assert effect(metric(kind, unit), a, b, 1000.0) == pytest.approx(found)


def test_only_times_are_parts_of_wall_time() -> None:
    """A signed number of items is none, nor is a time where no wall time was measured."""
    assert why_no_scale(metric(MetricKind.SIGNED), 1000.0) == ""
    assert "items" in why_no_scale(metric(MetricKind.SIGNED, "items"), 1000.0)
    assert why_no_scale(metric(MetricKind.SIGNED), 0.0)
    assert why_no_scale(metric(MetricKind.POSITIVE, "items"), 0.0) == ""


@pytest.mark.parametrize(
    ("wall", "cpu", "waiting", "scale"),
    [(12.0, 10.0, 2.0, 12.0), (30.0, 10.0, 2.0, 12.0), (10.0, 19.0, 0.0, 10.0)],
    ids=["alone", "beside a neighbour", "on two cores"],
)
def test_a_neighbour_does_not_shrink_effects(
    wall: float, cpu: float, waiting: float, scale: float
) -> None:
    """The part of the wall time in which it only waited for a CPU is not counted."""
    assert wall_scale_ns(wall, cpu, waiting) == scale


@pytest.mark.parametrize(
    ("a", "b", "shift", "p_value"),
    [
        ([7, 7, 7], [7, 7, 7], Shift.EQUAL, 1.0),
        ([7, 7, 7], [8, 8, 8], Shift.HIGHER, 0.0),
        ([7, 7, 7], [6, 6, 6], Shift.LOWER, 0.0),
        ([7, 7], [8, 8], Shift.OPEN, None),
        ([], [], Shift.OPEN, None),
    ],
)
def test_any_difference_of_an_exact_metric_is_a_change(
    a: list[float], b: list[float], shift: Shift, p_value: float | None
) -> None:
    """From three blocks on, in which each arm repeats itself."""
    found, withheld = judge_exact(metric(MetricKind.EXACT, "calls"), a, b)
    assert (found.shift, found.p_value, withheld) == (shift, p_value, "")
    assert found.is_final == (len(a) >= 3)


def test_an_arm_that_differs_from_itself_is_not_exact() -> None:
    """However clear the difference to the other arm is."""
    found, withheld = judge_exact(metric(MetricKind.EXACT, "calls"), [7, 7, 8], [90, 90, 90])
    assert found.shift is Shift.OPEN
    assert withheld == "declared exact, but A gave 7 calls and 8 calls"
