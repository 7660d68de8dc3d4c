"""Whether others used the machine while a case was measured."""

from __future__ import annotations

from collections.abc import Sequence

from perf_pipeline.model import Counters

NEIGHBOUR_SHARE = 0.10
THROTTLED_SHARE = 0.01


def is_contended(counters: Sequence[Counters]) -> bool:
    """True if more than half of the trials were disturbed.

    Disturbed: others took over 10 % of the machine's CPU, or the quota held the trial up for over
    1 % of its wall time. Verdicts on the wall clock are then withheld; CPU and waiting stand.
    """
    disturbed = sum(
        trial.neighbour > NEIGHBOUR_SHARE or trial.throttled_ns > THROTTLED_SHARE * trial.wall_ns
        for trial in counters
    )
    return 2 * disturbed > len(counters)
