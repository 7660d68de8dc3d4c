"""Whether a night as a whole left its past: what most series of one machine have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from perf_pipeline.analysis.robust import (
    MAD_TO_SIGMA,
    FloatArray,
    student_t_quantile,
    yuen_interval,
)
from perf_pipeline.analysis.shift import (
    FEWEST_NIGHTS,
    MEDIAN_VARIANCE,
    MOST_NIGHTS,
    OWN_PAST,
    SMALLEST_SIGMA,
)

FEWEST_SERIES = 6
LEVEL = 0.0005
"""Two-sided; how often chance alone would move a night of a machine whose nights are Gaussian."""
SMALLEST_SHIFT = math.log(1.02)
ALIKE = 0.8
"""Share of the series that must have moved by half the common shift or more."""
POWER_QUANTILE = 1.645


@dataclass(frozen=True, slots=True)
class CommonMode:
    """How far the night as a whole lies from its past, on the scale of the values (ln).

    `shift` is the 20 % trimmed mean over the series, `low` and `high` its 95 % interval (Yuen).
    `detectable` is the smallest common shift that would have been a finding in 95 of 100 nights.
    """

    shift: float
    low: float
    high: float
    detectable: float
    series: int
    nights: int
    is_finding: bool


@dataclass(frozen=True, slots=True)
class Commons:
    """What tonight has in common, in units of the series' own scales; arrays over whatever leads.

    Beyond `threshold` it is out of the ordinary; `error` is its standard error by the nights
    before.
    """

    tonight: FloatArray
    threshold: FloatArray
    error: FloatArray


def common_mode(values: FloatArray) -> CommonMode | None:
    """Judge tonight against up to 30 nights before it; None if there is too little of either.

    Each series is taken against its own median and scale; the median over the series is what a
    night has in common. It is a finding if it lies beyond what the nights before make likely
    (Student's t, 0.05 %) and beyond 1.5 times the farthest of them, is 2 % or more, and 80 % of
    the series have moved at least half as far. So a machine whose nights always differ is seen
    through by its own past. It errs silent: a machine that had one slow night must get slower
    than that.

    Args:
        values: Shape (series, nights), one series per case, on the scale on which changes add up;
            the same nights for all, oldest first, tonight last, NaN where nothing was measured.
    """
    recent = values[:, -MOST_NIGHTS - 1 :]
    usable = (np.isfinite(recent[:, :-1]).sum(axis=1) >= FEWEST_NIGHTS) & np.isfinite(recent[:, -1])
    recent = recent[usable]
    if len(recent) < FEWEST_SERIES:
        return None
    kept = np.isfinite(recent).sum(axis=0) >= FEWEST_SERIES
    recent = recent[:, kept]
    if recent.shape[1] <= FEWEST_NIGHTS:
        return None
    commons = night_by_night(recent)
    shifts = recent[:, -1] - np.nanmedian(recent[:, :-1], axis=1)
    found = yuen_interval(shifts)
    return CommonMode(
        shift=found.estimate,
        low=found.low,
        high=found.high,
        detectable=_detectable(commons, recent),
        series=len(recent),
        nights=recent.shape[1] - 1,
        is_finding=bool(stands_out(commons, shifts, np.asarray(found.estimate))),
    )


def night_by_night(values: FloatArray) -> Commons:
    """What the nights have in common: shape (..., series, nights), tonight last."""
    before = values[..., :-1]
    scale = _scale(before)
    centre = np.nanmedian(before, axis=-1)
    common = np.nanmedian((values - centre[..., None]) / scale[..., None], axis=-2)
    past = common[..., :-1]
    level = np.median(past, axis=-1)
    sigma = past.std(axis=-1, ddof=1)
    error = sigma * math.sqrt(1 + MEDIAN_VARIANCE / past.shape[-1])
    farthest = np.abs(past - level[..., None]).max(axis=-1)
    chance = student_t_quantile(1 - LEVEL / 2, past.shape[-1] - 1) * error
    threshold = np.maximum(chance, OWN_PAST * farthest)
    return Commons(common[..., -1] - level, threshold, error)


def stands_out(commons: Commons, shifts: FloatArray, centre: FloatArray) -> FloatArray:
    """Whether tonight is a finding.

    Args:
        commons: As `night_by_night` gives them.
        shifts: Of the series from their own past, along the last axis.
        centre: Of the shifts.
    """
    beyond = np.abs(commons.tonight) > commons.threshold
    far = np.abs(centre) >= SMALLEST_SHIFT
    moved = np.sign(centre)[..., None] * shifts >= np.abs(centre)[..., None] / 2
    return np.asarray(beyond & far & (moved.mean(axis=-1) >= ALIKE))


def _scale(before: FloatArray) -> FloatArray:
    centre = np.nanmedian(before, axis=-1, keepdims=True)
    deviation = MAD_TO_SIGMA * np.nanmedian(np.abs(before - centre), axis=-1)
    return np.asarray(np.maximum(deviation, SMALLEST_SIGMA))


def _detectable(commons: Commons, values: FloatArray) -> float:
    needed = float(commons.threshold + POWER_QUANTILE * commons.error)
    return max(SMALLEST_SHIFT, needed * float(np.median(_scale(values[:, :-1]))))
