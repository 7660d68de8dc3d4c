"""The night as a whole, one night at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from noises import FloatArray

from perf_pipeline.analysis.common_mode import common_mode


def nights(series: int = 8, before: int = 20, tonight: float = 0.0) -> FloatArray:
    """Logs of quiet series, each at its own level; tonight all of them have moved."""
    rng = np.random.default_rng(series)
    values = rng.normal(scale=0.01, size=(series, before + 1)) + rng.normal(size=(series, 1))
    values[:, -1] += tonight
    return values


@pytest.mark.parametrize("step", [0.08, -0.08])
def test_a_night_that_moved_is_a_finding(step: float) -> None:
    """With its size, the interval holds it, and the same night unmoved is none."""
    found = common_mode(nights(tonight=step))
    assert found is not None
    assert found.is_finding
    assert found.low < step < found.high
    assert found.low * found.high > 0
    assert (found.series, found.nights) == (8, 20)
    unmoved = common_mode(nights())
    assert unmoved is not None
    assert not unmoved.is_finding
    assert math.log(1.02) <= unmoved.detectable < 0.08


def test_detectable_is_found_in_most_nights() -> None:
    """A common move of that size is a finding in about 95 of 100 nights, the half of it seldom."""
    rng, seen, half = np.random.default_rng(2), [], []
    for _ in range(300):
        values = rng.normal(scale=0.01, size=(12, 21)) + rng.normal(scale=0.01, size=21)
        size = common_mode(values).detectable
        for part, hits in ((size, seen), (size / 2, half)):
            moved = values.copy()
            moved[:, -1] += part
            hits.append(common_mode(moved).is_finding)
    assert np.mean(seen) > 0.85
    assert np.mean(half) < 0.3


def test_a_slow_night_before_is_seen_through() -> None:
    """The machine did that before: no finding until it is half as much again."""
    for step, is_finding in ((0.08, False), (0.16, True)):
        values = nights(tonight=step)
        values[:, 7] += 0.08
        assert common_mode(values).is_finding is is_finding


def test_half_of_the_series_are_not_the_night() -> None:
    """Five of eight series 10 % up is a change of their code, not of the night."""
    values = nights()
    values[:5, -1] += 0.1
    assert not common_mode(values).is_finding
    values[5:, -1] += 0.1
    assert common_mode(values).is_finding


def test_less_than_two_percent_is_no_finding() -> None:
    """However certain."""
    rng = np.random.default_rng(1)
    values = rng.normal(scale=0.001, size=(20, 21))
    values[:, -1] += 0.015
    found = common_mode(values)
    assert found.low > 0.01
    assert not found.is_finding


def test_too_little_is_no_answer() -> None:
    """Five series or seven nights; a series without tonight or with a short past does not count."""
    assert common_mode(nights(series=5)) is None
    assert common_mode(nights(before=7)) is None
    values = nights(series=7, tonight=0.1)
    values[0, -1] = math.nan
    values[1, :15] = math.nan
    assert common_mode(values) is None
    assert common_mode(np.delete(nights(series=8, tonight=0.1), 0, axis=0)) is not None


def test_gaps_are_left_out() -> None:
    """Nights in which few cases ran do not count; a gap in a series is no evidence."""
    values = nights(series=10, tonight=0.08)
    values[4:, 3] = math.nan
    values[0, 10] = math.nan
    found = common_mode(values)
    assert (found.series, found.nights, found.is_finding) == (10, 19, True)
