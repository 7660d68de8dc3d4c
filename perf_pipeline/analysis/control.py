"""What the A/A control says about the machine: the same code against itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from perf_pipeline.analysis.robust import (
    student_t_quantile,
    trimmed_mean,
    yuen_degrees,
    yuen_error,
    yuen_interval,
)
from perf_pipeline.model import Block

FEWEST_BLOCKS = 5


@dataclass(frozen=True, slots=True)
class ControlResult:
    """Difference of B from A in percent; the bounds are None under 5 blocks.

    `smallest_change_percent` is what so many blocks would have shown with 95 % probability.
    """

    estimate_percent: float | None
    low_percent: float | None
    high_percent: float | None
    n: int
    smallest_change_percent: float | None


def control_estimate(blocks: Sequence[Block], level: float = 0.95) -> ControlResult:
    """How far two arms of equal code differ, from ln(B/A) per block.

    20 % trimmed mean with Yuen's interval: 1 to 3 % of pairs are off by 20 to 70 % on an idle
    machine, which a plain mean does not survive. Errs wide with few blocks.

    Args:
        blocks: Of one case and metric, in any order.
        level: Of the interval, two-sided.

    Raises:
        ValueError: The blocks are of several cases or metrics.
    """
    if len({(block.case_id, block.metric) for block in blocks}) > 1:
        raise ValueError("blocks of several cases or metrics cannot be one estimate")
    ratios = [block.log_ratio if block.effect is None else block.effect for block in blocks]
    if len(ratios) < FEWEST_BLOCKS:
        estimate = _percent(float(trimmed_mean(ratios))) if ratios else None
        return ControlResult(estimate, None, None, len(ratios), None)
    bounds = yuen_interval(ratios, level)
    power = student_t_quantile(0.95, yuen_degrees(len(ratios))) * float(yuen_error(ratios))
    seen = bounds.high - bounds.estimate + power
    return ControlResult(
        estimate_percent=_percent(bounds.estimate),
        low_percent=_percent(bounds.low),
        high_percent=_percent(bounds.high),
        n=len(ratios),
        smallest_change_percent=_percent(seen),
    )


def _percent(log_ratio: float) -> float:
    return 100 * math.expm1(log_ratio)
