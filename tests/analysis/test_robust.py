"""Robust estimates and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_pipeline.analysis import robust

# Tables of Student's t (Abramowitz & Stegun 26.10), to six digits.
T_TABLE = [
    (0.975, 1, 12.706205),
    (0.975, 2, 4.302653),
    (0.95, 3, 2.353363),
    (0.995, 9, 3.249836),
    (0.9995, 7, 5.407883),
    (0.975, 11, 2.200985),
    (0.95, 30, 1.697261),
    (0.975, 120, 1.979930),
]


@pytest.mark.parametrize(("probability", "degrees", "expected"), T_TABLE)
def test_t_quantile_agrees_with_tables(probability: float, degrees: int, expected: float) -> None:
    """The quantile equals the printed tables to their last digit."""
    assert robust.student_t_quantile(probability, degrees) == pytest.approx(expected, abs=6e-7)


def test_t_quantile_is_odd_and_near_normal_for_many_degrees() -> None:
    """Mirrored below one half, and the normal quantile in the limit."""
    assert robust.student_t_quantile(0.025, 4) == -robust.student_t_quantile(0.975, 4)
    assert robust.student_t_quantile(0.975, 5000) == pytest.approx(1.96, abs=1e-3)


def test_yuen_by_hand() -> None:
    """Ten values: two trimmed at each end, the rest as computed on paper."""
    values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 100.0]
    found = robust.yuen_interval(values)
    # Winsorised: 3 3 3 4 5 6 7 8 8 8, variance 4.722..; error = sqrt(9 * 4.722 / 30).
    half = 2.570582 * np.sqrt(9 * 4.722222 / 30)
    assert found.estimate == 5.5
    assert found.high - found.estimate == pytest.approx(half, rel=1e-6)
    assert found.estimate - found.low == pytest.approx(half, rel=1e-6)


def test_yuen_needs_two_values_after_trimming() -> None:
    """One value has no interval, and says so."""
    with pytest.raises(ValueError, match="at least two values"):
        robust.yuen_interval([1.0])


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=30), st.floats(-1e3, 1e3))
def test_yuen_moves_with_the_values(values: list[float], offset: float) -> None:
    """Adding a constant moves estimate and interval by it, whatever the order of the values."""
    found = robust.yuen_interval(values)
    moved = robust.yuen_interval([value + offset for value in reversed(values)])
    scale = 1e-6 * (1 + max(abs(value) for value in values))
    assert moved.estimate == pytest.approx(found.estimate + offset, abs=scale)
    assert moved.high - moved.low == pytest.approx(found.high - found.low, abs=scale)


def test_one_wild_value_in_ten_does_not_move_the_estimate() -> None:
    """Twenty times slower or a million times: the trimmed mean is the same."""
    steady = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8]
    assert robust.trimmed_mean([*steady, 20.0]) == robust.trimmed_mean([*steady, 1e6])


def test_rows_are_judged_as_single_series() -> None:
    """Along the last axis a table gives what each of its rows gives."""
    table = np.random.default_rng(1).normal(size=(7, 9))
    estimates, halves = robust.yuen(table)
    for row, estimate, half in zip(table, estimates, halves, strict=True):
        single = robust.yuen_interval(row)
        assert (single.estimate, single.high) == pytest.approx((estimate, estimate + half))


def test_mad_is_sigma_for_gaussian_values() -> None:
    """A hundred thousand Gaussian values give their own standard deviation."""
    values = np.random.default_rng(2).normal(scale=3.0, size=100_000)
    assert robust.median_absolute_deviation(values) == pytest.approx(3.0, rel=0.02)


def test_wilson_by_hand() -> None:
    """Newcombe's (1998) examples: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for successes, attempts, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        found = robust.wilson_interval(successes, attempts)
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_theil_sen_finds_a_slope_under_wild_points() -> None:
    """A fifth of the points far off: the slope and its interval still hold the truth."""
    rng = np.random.default_rng(3)
    x = np.arange(50)
    y = 2.0 * x + rng.normal(size=50)
    y[::5] += 500
    found = robust.theil_sen(x, y)
    assert found.low < 2.0 < found.high
    assert found.estimate == pytest.approx(2.0, abs=0.2)


def test_theil_sen_needs_three_points() -> None:
    """Two points have a slope but no interval."""
    with pytest.raises(ValueError, match="three points"):
        robust.theil_sen([0, 1], [0, 1])


def test_thin_keeps_short_series_and_order() -> None:
    """A short series stays as it is; a long one becomes medians in its order."""
    assert list(robust.thin([1.0, 2.0], 5)) == [1.0, 2.0]
    assert list(robust.thin([1.0, 1.0, 9.0, 4.0, 5.0, 6.0], 2)) == [1.0, 5.0]


@pytest.mark.parametrize(
    ("count", "total", "expected"), [(0, 1240, 0.002413), (3, 100, 0.075715), (5, 5, 1.0)]
)
def test_exact_upper_limit(count: int, total: int, expected: float) -> None:
    """At the limit so few or fewer successes have a probability of 5 %."""
    assert robust.exact_upper_limit(count, total) == pytest.approx(expected, abs=2e-5)
