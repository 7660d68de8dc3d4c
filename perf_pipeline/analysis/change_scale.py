"""The scale on which changes of a metric add up, and how far it has to move to be worth a word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from perf_pipeline.analysis.robust import FloatArray, yuen_error
from perf_pipeline.analysis.shift import Floors
from perf_pipeline.model import Clock, MetricDefinition, MetricKind

QUIET = Floors(one_night=math.log(1.15), lasting=0.02)
"""Whole nights of +10 % happen on unchanged code, so a single night counts from 15 % on."""
RESTLESS = Floors(one_night=math.log(1.25), lasting=0.05)
"""For what waits on others: real wall-clock histories jump by 15 % in 3 of 1,000 nights."""
FLOORS = {
    Clock.CPU: QUIET,
    Clock.NONE: QUIET,
    Clock.WAITING: RESTLESS,
    Clock.WALL: RESTLESS,
}


@dataclass(frozen=True, slots=True)
class ChangeScale:
    """Positive metrics on logs; proportions as they are; signed ones in parts of `unit`.

    `floors` are the smallest changes worth a word; `word` stands behind a percentage.
    """

    kind: MetricKind
    unit: float
    floors: Floors
    word: str

    def of(self, values: Sequence[float]) -> FloatArray:
        """The values on this scale."""
        array = np.asarray(values, dtype=np.float64)
        return np.log(array) if self.kind is MetricKind.POSITIVE else array / self.unit

    def error_of(self, trial_values: Sequence[float]) -> float:
        """Standard error of a night's value by its trials (Yuen's); 0 from under two of them."""
        if len(trial_values) < 2:
            return 0.0
        return float(yuen_error(self.of(trial_values)))

    def percent(self, change: float) -> float:
        """A change on this scale in percent: relative, of `unit`, or points of a proportion."""
        factor = np.expm1(change) if self.kind is MetricKind.POSITIVE else change
        return float(100 * factor)

    def told(self, change: float) -> str:
        """A change as a reader sees it: `+12.3 %`, `-4 % of wall time`, `+2 points`."""
        return f"{float(f'{self.percent(change):.3g}'):+g} {self.word}"


def change_scale(metric: MetricDefinition, scale_ns: float | None) -> ChangeScale:
    """How changes of a metric are judged.

    Args:
        metric: Of any kind but exact, whose changes need no scale.
        scale_ns: The case's wall time, for signed metrics: waiting is often near 0 and has no
            logs, so that its change counts in parts of the wall time.

    Raises:
        ValueError: A signed metric without a positive `scale_ns`.
    """
    floors = FLOORS[metric.clock]
    if metric.kind is MetricKind.SIGNED:
        if not scale_ns or scale_ns <= 0:
            raise ValueError("changes of a signed metric need the wall time they are a part of")
        return ChangeScale(metric.kind, scale_ns, floors, "% of wall time")
    word = "points" if metric.kind is MetricKind.PROPORTION else "%"
    return ChangeScale(metric.kind, 1.0, floors, word)
