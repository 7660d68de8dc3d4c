"""What a night withdraws because it compared so much."""

from __future__ import annotations

import math

import numpy as np

from perf_pipeline.analysis.false_discovery import benjamini_hochberg


def test_by_hand() -> None:
    """The largest p at or below 5 % times rank over count, and all below it."""
    p_values = [0.02, 0.9, 0.001, 0.035, 0.03]
    assert benjamini_hochberg(p_values, 0.05) == (True, False, True, True, True)
    assert benjamini_hochberg([0.03, 0.9, 0.9], 0.05) == (False, False, False)


def test_a_lone_alert_among_many_comparisons_is_withdrawn() -> None:
    """0.001 stands among 50 comparisons, not among 51."""
    assert benjamini_hochberg([0.001, *[1.0] * 49], 0.05)[0]
    assert not any(benjamini_hochberg([0.001, *[1.0] * 50], 0.05))


def test_nothing_and_what_is_no_number() -> None:
    """No comparison, no answer; NaN is never kept."""
    assert benjamini_hochberg([], 0.05) == ()
    assert benjamini_hochberg([math.nan, 0.0001], 0.05) == (False, True)


def test_more_is_kept_at_a_higher_rate_and_order_does_not_matter() -> None:
    """Kept at 1 % are among those kept at 20 %; each p keeps its answer wherever it stands."""
    rng = np.random.default_rng(1)
    p_values = np.concatenate([rng.uniform(size=40), rng.uniform(0, 0.002, size=10)])
    strict, loose = (np.array(benjamini_hochberg(list(p_values), r)) for r in (0.01, 0.2))
    assert 0 < strict.sum() < loose.sum()
    assert not (strict & ~loose).any()
    order = rng.permutation(50)
    assert benjamini_hochberg(list(p_values[order]), 0.2) == tuple(loose[order])
