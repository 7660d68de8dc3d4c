"""Leaks told from caches and from noise, on generated memory series."""

from __future__ import annotations

import numpy as np
import pytest
from noises import autocorrelated

from perf_pipeline.analysis.leak import Growth, judge_leak
from perf_pipeline.analysis.robust import theil_sen

POINTS = 1_500
ITERATIONS = 36_000
DONE = np.linspace(0, ITERATIONS, POINTS)
BASE = 60e6
SEEDS = range(50)


def steady(rng: np.random.Generator) -> np.ndarray:
    """A resident size that wanders by 40 kB and drifts by 2 bytes per iteration."""
    return BASE + autocorrelated(rng, (POINTS,), 40e3) + 2.0 * DONE


def leak(rng: np.random.Generator, size: float) -> np.ndarray:
    """So many bytes in every iteration."""
    return steady(rng) + size * DONE


def cache(rng: np.random.Generator, iterations_to_fill: float, total: float) -> np.ndarray:
    """Fills fast at first, as random keys fill a cache."""
    return steady(rng) + total * -np.expm1(-DONE / iterations_to_fill)


def sawtooth(rng: np.random.Generator, period: float) -> np.ndarray:
    """Garbage of 8 MB that is collected every so many iterations."""
    return steady(rng) + 8e6 * (DONE % period) / period


def lru(rng: np.random.Generator) -> np.ndarray:
    """Full before the warm-up is over, then replaced in place."""
    return steady(rng) + np.minimum(1_000 * DONE, 5e6)


def share(growth: Growth, make: object, **options: object) -> float:
    """How many of fifty series are judged so."""
    found = [judge_leak(make(np.random.default_rng(s), **options), ITERATIONS) for s in SEEDS]
    return float(np.mean([judgement.growth is growth for judgement in found]))


@pytest.mark.parametrize("size", [1000, 100])
def test_leaks_are_found(size: float) -> None:
    """1 kB and 100 bytes per iteration, in every series, with the rate."""
    assert share(Growth.LEAK, leak, size=size) == 1.0
    found = judge_leak(leak(np.random.default_rng(1), size), ITERATIONS)
    assert found.bytes_per_iteration == pytest.approx(size + 2, abs=3)


def test_what_does_not_leak_is_steady() -> None:
    """Noise, a full cache, a filled one, garbage: no leak in any of 300 series."""
    assert share(Growth.STEADY, steady) == 1.0
    assert share(Growth.STEADY, lru) == 1.0
    assert share(Growth.STEADY, cache, iterations_to_fill=3_000, total=8e6) == 1.0
    for period in (300, 2_000, 7_000):
        assert share(Growth.STEADY, sawtooth, period=period) == 1.0


def test_an_unfilled_cache_is_still_growing() -> None:
    """Growth that slows down and has not ended is no leak, and not nothing."""
    assert share(Growth.STILL_GROWING, cache, iterations_to_fill=30_000, total=30e6) == 1.0


def test_a_p_value_would_call_the_steady_program_a_leak() -> None:
    """The naive rule: a slope above 0 with 99.9 % confidence, in nearly every steady series."""
    naive = []
    for seed in SEEDS:
        values = steady(np.random.default_rng(seed))[POINTS // 3 :: 3]
        naive.append(theil_sen(DONE[POINTS // 3 :: 3], values, 0.998).low > 0)
    assert np.mean(naive) > 0.9


def test_few_iterations_under_much_noise_are_no_leak() -> None:
    """300 iterations while memory wanders by 200 kB: slopes of kilobytes mean nothing."""
    found = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        values = BASE + autocorrelated(rng, (150,), 200e3)
        found.append(judge_leak(values, 300).growth is Growth.LEAK)
    assert np.mean(found) < 0.01


def test_allocated_blocks_are_the_sharper_witness() -> None:
    """One object in ten iterations: too small for memory, plain in the blocks."""
    rng = np.random.default_rng(1)
    blocks = 200_000 + 0.1 * DONE + rng.normal(scale=30, size=POINTS)
    assert judge_leak(leak(rng, 6), ITERATIONS).growth is Growth.STEADY
    found = judge_leak(leak(rng, 6), ITERATIONS, blocks)
    assert found.growth is Growth.LEAK
    assert found.blocks_per_iteration == pytest.approx(0.1, rel=0.05)


def test_growth_outside_python_is_named() -> None:
    """Memory grows, blocks do not: native memory or few large objects."""
    rng = np.random.default_rng(1)
    blocks = 200_000 + rng.normal(scale=30, size=POINTS)
    found = judge_leak(leak(rng, 1000), ITERATIONS, blocks)
    assert found.growth is Growth.LEAK
    assert "native memory or few large objects" in found.reason


def test_too_short_a_series_is_unknown() -> None:
    """Under 40 points, or without iterations, nothing is said."""
    assert judge_leak([BASE] * 39, 100).reason == "needs 40 points of memory, had 39"
    assert judge_leak([BASE] * 50, 0).growth is Growth.UNKNOWN
