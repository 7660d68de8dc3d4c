"""When others used the machine too much for the wall clock to mean anything."""

from __future__ import annotations

import pytest

from perf_pipeline.analysis.contended import are_blocks_contended, is_contended
from perf_pipeline.model import Counters

QUIET = Counters(wall_ns=1_000, neighbour=0.10, throttled_ns=10)
BUSY = Counters(wall_ns=1_000, neighbour=0.11)
THROTTLED = Counters(wall_ns=1_000, throttled_ns=11)


@pytest.mark.parametrize("disturbed", [BUSY, THROTTLED], ids=["busy", "throttled"])
def test_trials_bear_half_and_blocks_a_fifth(disturbed: Counters) -> None:
    """A block that is disturbed favours one of its arms, so an A/B bears less."""
    assert not is_contended([disturbed] * 5 + [QUIET] * 5)
    assert is_contended([disturbed] * 6 + [QUIET] * 5)
    assert not are_blocks_contended([disturbed] * 2 + [QUIET] * 8)
    assert are_blocks_contended([disturbed] * 3 + [QUIET] * 9)


def test_nothing_measured_is_not_contended() -> None:
    """There is no block to be disturbed."""
    assert not is_contended([])
    assert not are_blocks_contended([])
