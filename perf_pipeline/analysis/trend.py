"""Whether values still drift when the warm-up is over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from perf_pipeline.analysis.confidence import FEWEST_TRIALS
from perf_pipeline.analysis.robust import FloatArray, theil_sen, thin, yuen_interval

SMALLEST_DRIFT = 0.02
FEWEST_VALUES = 10


def relative_drift(timed: FloatArray) -> float:
    """Change from first to last value by the Theil-Sen slope, relative to their median."""
    points = thin(timed, 100)
    slope = theil_sen(np.arange(len(points)), points).estimate
    level = float(np.median(points))
    return slope * (len(points) - 1) / abs(level) if level else 0.0


def has_trend(trials: Sequence[FloatArray]) -> bool:
    """True if the values inside the trials drift by more than 2 % for certain.

    An effect size, not a p-value: Yuen's 99 % interval of the trials' drifts lies beyond ±2 %.
    Needs 5 trials of 10 timed values. It errs silent: with 5 trials only drifts of some 10 %
    show; on steady values it fires in under 1 % of measurements, whatever the noise.
    """
    long_enough = [timed for timed in trials if len(timed) >= FEWEST_VALUES]
    if len(long_enough) < FEWEST_TRIALS:
        return False
    drift = yuen_interval([relative_drift(timed) for timed in long_enough], level=0.99)
    return drift.low > SMALLEST_DRIFT or drift.high < -SMALLEST_DRIFT
