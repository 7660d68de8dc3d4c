"""Whether others used the machine while a case was measured."""

from __future__ import annotations

from collections.abc import Sequence

from perf_pipeline.model import Counters

NEIGHBOUR_SHARE = 0.10
THROTTLED_SHARE = 0.01


DISTURBED_BLOCKS = 0.2
"""More disturbed blocks than the trimmed mean cuts away on one side, and the wall clock is out."""


def is_contended(counters: Sequence[Counters]) -> bool:
    """True if more than half of the trials were disturbed.

    Verdicts on the wall clock are then withheld; CPU and waiting stand.
    """
    return 2 * _disturbed(counters) > len(counters)


def are_blocks_contended(counters: Sequence[Counters]) -> bool:
    """True if more than a fifth of an A/B's blocks were disturbed: its wall clock is withheld.

    Stricter than for trials: what disturbs a block falls on one of its arms.
    """
    return _disturbed(counters) > DISTURBED_BLOCKS * len(counters)


def _disturbed(counters: Sequence[Counters]) -> int:
    """How many were disturbed.

    Others took over 10 % of the machine's CPU, or the quota held it up for over 1 % of its wall
    time.
    """
    return sum(
        one.neighbour > NEIGHBOUR_SHARE or one.throttled_ns > THROTTLED_SHARE * one.wall_ns
        for one in counters
    )
