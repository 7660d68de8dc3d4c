"""Flags that a reader should see: trend, two states."""

from __future__ import annotations

import numpy as np

from perf_pipeline.analysis.bimodal import is_bimodal
from perf_pipeline.analysis.trend import has_trend, relative_drift


def test_drift_is_relative_to_the_level() -> None:
    """From 100 to 110 in a straight line is 10 % of 105."""
    assert round(relative_drift(np.linspace(100, 110, 20)), 4) == round(10 / 105, 4)


def test_trend_is_an_effect_size() -> None:
    """10 % inside every trial is flagged, 1 % is not, however exact; nor are short trials."""
    rng = np.random.default_rng(1)

    def trials(drift: float, values: int = 20) -> list:
        noise = rng.normal(scale=0.005, size=(10, values))
        return list(1 + noise + np.linspace(0, drift, values))

    assert has_trend(trials(0.10))
    assert has_trend(trials(-0.10))
    assert not has_trend(trials(0.01))
    assert not has_trend(trials(0.10, values=9))
    assert not has_trend(trials(0.10)[:4])


def test_two_states_are_seen() -> None:
    """Four trials 4 % above the six others; one trial far off is no second state."""
    low, high = [1.0, 1.001, 1.002, 1.003, 1.004, 1.005], [1.04, 1.041, 1.042, 1.043]
    assert is_bimodal(low + high)
    assert not is_bimodal([*low, 1.006, 1.007, 1.008, 2.0])
    assert not is_bimodal((low + high)[1:])


def test_equal_trials_are_one_state() -> None:
    """No spread, no states."""
    assert not is_bimodal([5.0] * 20)
