"""Whether memory grows with the work, as an effect size and not as a p-value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from perf_pipeline.analysis.robust import FloatArray, Interval, theil_sen, thin
from perf_pipeline.analysis.sentence import counted, figure

WARMUP_SHARE = 0.3
FEWEST_POINTS = 40
BYTES_FLOOR = 16.0
BLOCKS_FLOOR = 0.02
STEADY_RATIO = 0.9
"""Second half grows at least so fast as the first: nothing is filling up."""
FADING_RATIO = 0.5
LEVEL = 0.98
"""Two-sided: its lower end is a one-sided 99 % limit."""
MOST_POINTS = 300


class Growth(StrEnum):
    """What memory does once the warm-up is over."""

    LEAK = "leak"
    STILL_GROWING = "still_growing"
    STEADY = "steady"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LeakJudgement:
    """What was found and the sentence for it; growth is over the part after the warm-up."""

    growth: Growth
    reason: str
    bytes_per_iteration: float | None = None
    blocks_per_iteration: float | None = None


@dataclass(frozen=True, slots=True)
class _Halves:
    """Growth per iteration in both halves after the warm-up."""

    whole: float
    first: Interval
    second: Interval

    def lasts(self, floor: float) -> bool:
        """Both halves grow for certain, the second not much slower, and it is worth a word."""
        growing = self.first.low > 0 and self.second.low > 0
        return (
            growing
            and self.whole >= floor
            and self.second.estimate >= floor / 2
            and (self.second.estimate > FADING_RATIO * self.first.estimate)
        )

    @property
    def constant(self) -> bool:
        """The second half grows as fast as the first."""
        return self.second.estimate >= STEADY_RATIO * self.first.estimate


def judge_leak(
    rss_bytes: Sequence[float], iterations: int, allocated_blocks: Sequence[float] = ()
) -> LeakJudgement:
    """Tell a leak from a cache that fills, and both from noise.

    After the first 30 % Theil-Sen slopes of both halves must be above 0 with their one-sided 99 %
    limit, the second over half the first, and the growth at least 16 bytes per iteration; where
    allocated blocks were counted they are a second, sharper witness (0.02 per iteration). Growth
    that does not slow down (second half at least 0.9 of the first) is a leak, else it is still
    growing. A p-value alone calls every series a leak: steady programs drift, too. It errs
    towards `leak` for a cache that fills at a constant rate and was not full at the end, and
    towards silence for leaks under the floor.

    Args:
        rss_bytes: Memory of the process tree, evenly spaced over the iterations, 40 points or more.
        iterations: How often the workload ran meanwhile.
        allocated_blocks: `sys.getallocatedblocks()` likewise; may be left out.
    """
    if iterations < 1 or len(rss_bytes) < FEWEST_POINTS:
        needed = f"needs {FEWEST_POINTS} points of memory, had {len(rss_bytes)}"
        return LeakJudgement(Growth.UNKNOWN, needed if iterations else "nothing was run")
    memory = _halves(rss_bytes, iterations)
    counted_blocks = len(allocated_blocks) >= FEWEST_POINTS
    blocks = _halves(allocated_blocks, iterations) if counted_blocks else None
    growth, witness = _judged(memory, blocks)
    return LeakJudgement(
        growth,
        f"{_rates(memory, blocks)}; {witness} in {counted(iterations, 'iteration')}",
        memory.whole,
        blocks.whole if blocks else None,
    )


def _judged(memory: _Halves, blocks: _Halves | None) -> tuple[Growth, str]:
    if blocks and blocks.lasts(BLOCKS_FLOOR):
        if blocks.constant:
            return Growth.LEAK, "allocated blocks grow without slowing down"
        return Growth.STILL_GROWING, "growth slows down but had not ended"
    if not memory.lasts(BYTES_FLOOR):
        return Growth.STEADY, "no lasting growth"
    if not memory.constant:
        return Growth.STILL_GROWING, "growth slows down but had not ended"
    if blocks:
        return Growth.LEAK, "grows without slowing down, in native memory or few large objects"
    return Growth.LEAK, "memory grows without slowing down"


def _rates(memory: _Halves, blocks: _Halves | None) -> str:
    told = f"{figure(memory.whole)} bytes"
    return (
        f"{told} and {figure(blocks.whole)} blocks per iteration"
        if blocks
        else (f"{told} per iteration")
    )


def _halves(series: Sequence[float], iterations: int) -> _Halves:
    values: FloatArray = np.asarray(series, dtype=np.float64)
    values = values[int(WARMUP_SHARE * len(values)) :]
    values = thin(values, MOST_POINTS)
    done = np.linspace(WARMUP_SHARE, 1.0, len(values)) * iterations
    middle = len(values) // 2
    return _Halves(
        theil_sen(done, values, LEVEL).estimate,
        theil_sen(done[:middle], values[:middle], LEVEL),
        theil_sen(done[middle:], values[middle:], LEVEL),
    )
