"""What an optimisation can save at most."""

from __future__ import annotations

import math

import pytest

from perf_pipeline.analysis.amdahl import classical_impact, overall_speed_up, saved_share


def test_the_classical_impact_misleads() -> None:
    """5 % made 100 times as fast: "500", in truth 4.95 % of the time, 1.05 times as fast."""
    assert classical_impact(0.05, 100) == pytest.approx(500)
    assert saved_share(0.05, 100) == pytest.approx(0.0495)
    assert overall_speed_up(0.05, 100) == pytest.approx(1.0521, abs=1e-4)


def test_removing_a_part_saves_its_share() -> None:
    """Half removed is twice as fast; all removed has no bound."""
    assert saved_share(0.5) == 0.5
    assert overall_speed_up(0.5) == 2.0
    assert overall_speed_up(1.0) == math.inf


def test_a_slow_down_saves_less_than_nothing() -> None:
    """Half as fast costs the part once more."""
    assert saved_share(0.2, 0.5) == pytest.approx(-0.2)


@pytest.mark.parametrize(("fraction", "speed_up"), [(-0.1, 2), (1.1, 2), (0.5, 0)])
def test_nonsense_is_refused(fraction: float, speed_up: float) -> None:
    """A share lies between 0 and 1, a speed-up above 0."""
    with pytest.raises(ValueError, match="no part of the time"):
        saved_share(fraction, speed_up)
