"""The same code against itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from examples import blocks

from perf_pipeline.analysis.control import control_estimate


def test_estimate_by_hand() -> None:
    """Five blocks, the outer two trimmed: the mean of -1, 0 and 1 %."""
    found = control_estimate(blocks(np.log([0.99, 1.0, 1.01, 2.0, 0.5])))
    assert found.n == 5
    assert found.estimate_percent == pytest.approx(100 * ((0.99 * 1.01) ** (1 / 3) - 1))
    assert found.low_percent < 0 < found.high_percent


def test_smallest_change_is_seen_19_times_in_20() -> None:
    """A difference of that size lies clear of 0 in 95 % of controls, the half of it seldom."""
    rng = np.random.default_rng(4)
    noise = rng.normal(scale=0.01, size=(2000, 12))
    quiet = [control_estimate(blocks(row)) for row in noise]
    smallest = np.log1p(np.mean([c.smallest_change_percent for c in quiet]) / 100)
    seen = np.mean([control_estimate(blocks(row + smallest)).low_percent > 0 for row in noise])
    half = np.mean([control_estimate(blocks(row + smallest / 2)).low_percent > 0 for row in noise])
    assert 0.90 < seen < 0.99
    assert half < 0.7


def test_few_blocks_have_no_bounds() -> None:
    """Four blocks are an estimate, none is nothing."""
    four = control_estimate(blocks([0.0, 0.0, 0.01, 0.0]))
    assert (four.n, four.low_percent, four.smallest_change_percent) == (4, None, None)
    assert four.estimate_percent == pytest.approx(0.25, abs=0.01)
    assert control_estimate([]).estimate_percent is None


def test_blocks_of_two_metrics_are_refused() -> None:
    """CPU and waiting are two controls."""
    first, second = blocks([0.0, 0.0])
    with pytest.raises(ValueError, match="several cases or metrics"):
        control_estimate([first, replace(second, metric="waiting_ns")])
