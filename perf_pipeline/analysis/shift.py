"""Evidence over nights that the level of a series has moved, for one series or a thousand at once.

Arrays hold one value per night along the last axis, oldest first, tonight last, on the scale on
which changes add up (see `screen`). The recipe follows the robust step test that did best on real
benchmark histories: robust scale, few sharp thresholds, and the series' own past as calibration.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from perf_pipeline.analysis.robust import (
    MAD_TO_SIGMA,
    FloatArray,
    median_absolute_deviation,
)

FEWEST_NIGHTS = 8
MOST_NIGHTS = 30
"""Nights before a candidate that say what the level was."""
ONE_NIGHT_SIGMAS = 5.0
OWN_PAST = 1.5
"""How far a move must exceed the largest the series ever made over as many nights."""
THRESHOLDS = {3: 6.0, 4: 5.5, 6: 5.0, 8: 4.6, 12: 4.4}
"""Nights since the candidate -> robust z it must reach."""
MEDIAN_VARIANCE = math.pi / 2
"""Variance of a median ÷ variance of a mean of as many Gaussian values."""
SMALLEST_SIGMA = 0.003


@dataclass(frozen=True, slots=True)
class Floors:
    """Smallest move worth a word: of one or two nights, and of more that lasted."""

    one_night: float
    lasting: float


@dataclass(frozen=True, slots=True)
class Shift:
    """A move of the level and what was needed to believe it; arrays over the series.

    `nights` is how long the new level has been seen, 0 where there is none; `change` is then
    distance from the level before, else tonight's. `error` is the standard error of `change`,
    `threshold` what |change| has to exceed.
    """

    nights: FloatArray
    change: FloatArray
    error: FloatArray
    threshold: FloatArray


def find_shift(values: FloatArray, errors: FloatArray, floors: Floors) -> Shift:
    """The longest-standing move that the last nights show, if any.

    Args:
        values: One per night, at least `FEWEST_NIGHTS` before tonight.
        errors: Standard error of each night's value from the spread of its trials; 0 if unknown.
        floors: On the scale of the values.
    """
    found = one_night(values, errors, 1, floors.one_night)
    for count in (2, *THRESHOLDS):
        if values.shape[-1] - count < FEWEST_NIGHTS:
            break
        if count < min(THRESHOLDS):
            later = one_night(values, errors, count, floors.one_night)
        else:
            later = several_nights(values, count, floors.lasting)
        found = _prefer(later, found)
    return found


def segment_start(values: FloatArray, floors: Floors) -> int:
    """Index of the first night at the present level of one series; `values` end before tonight.

    A move that has stood for the longest window (12 nights), its first night beyond half of it,
    is where a new level begins.
    """
    longest, start = max(THRESHOLDS), 0
    for end in range(FEWEST_NIGHTS + longest, len(values) + 1):
        if end - start >= FEWEST_NIGHTS + longest:
            moved = several_nights(values[start:end], longest, floors.lasting)
            before, after = _parted(values[start:end], longest)
            if moved.nights and _beyond_half(before, after, moved.change)[0]:
                start = end - longest
    return start


def one_night(values: FloatArray, errors: FloatArray, count: int, floor: float) -> Shift:
    """Whether each of the last one or two nights stands out by itself.

    Needed: over `floor`; over 5 standard errors, from the plain standard deviation of the nights
    before or from the spread of the trials, whichever is larger; and over 1.5 times the farthest
    night before. The standard deviation is plain on purpose: one odd night before makes it wide,
    which errs silent.
    """
    before, after = _parted(values, count)
    level = np.median(before, axis=-1)
    n = before.shape[-1]
    inside = np.median(errors[..., :-count], axis=-1)
    sigma = np.maximum(np.maximum(before.std(axis=-1, ddof=1), inside), SMALLEST_SIGMA)
    tonight = np.maximum(sigma, errors[..., -count:].max(axis=-1))
    error = np.sqrt(tonight**2 + MEDIAN_VARIANCE * sigma**2 / n)
    farthest = np.abs(before - level[..., None]).max(axis=-1)
    chance = np.maximum(ONE_NIGHT_SIGMAS * error, floor)
    threshold = np.maximum(chance, OWN_PAST * farthest)
    moves = after - level[..., None]
    change = np.median(moves, axis=-1)
    beyond = np.sign(change)[..., None] * moves > threshold[..., None]
    return Shift(np.where(beyond.all(axis=-1), count, 0.0), change, error, threshold)


def several_nights(values: FloatArray, count: int, floor: float) -> Shift:
    """Whether the medians of the last `count` nights and of those before differ.

    Needed: robust z by `THRESHOLDS`, the scale being the larger of MAD and 0.8 x the scale of
    differences, its variance inflated for autocorrelation and for few nights; over `floor` and 0.9
    sigma; over 1.5 times the largest such move before; and the last nights beyond half the move
    (all up to four nights, else 80 %).
    """
    before, after = _parted(values, count)
    level, n = np.median(before, axis=-1), before.shape[-1]
    change = np.median(after, axis=-1) - level
    sigma = _robust_scale(before)
    spread = MEDIAN_VARIANCE * (1 / count + 1 / n) * _inflation(before)
    error = sigma * np.sqrt(spread) * (1 + 2 / n)
    window = sliding_window_view(before, min(count, n // 2), axis=-1)
    largest = np.abs(np.median(window, axis=-1) - level[..., None]).max(axis=-1)
    chance = THRESHOLDS[count] * error
    threshold = np.maximum(np.maximum(chance, 0.9 * sigma), np.maximum(floor, OWN_PAST * largest))
    beyond = _beyond_half(before, after, change)
    lasting = beyond.mean(axis=-1) >= (1.0 if count <= 4 else 0.8)
    return Shift(
        np.where((np.abs(change) > threshold) & lasting, count, 0.0), change, error, threshold
    )


def _beyond_half(before: FloatArray, after: FloatArray, change: FloatArray) -> FloatArray:
    moves = after - np.median(before, axis=-1)[..., None]
    return np.asarray(np.sign(change)[..., None] * moves > np.abs(change)[..., None] / 2)


def _prefer(later: Shift, earlier: Shift) -> Shift:
    hit = later.nights > 0
    return Shift(
        np.where(hit, later.nights, earlier.nights),
        np.where(hit, later.change, earlier.change),
        np.where(hit, later.error, earlier.error),
        np.where(hit, later.threshold, earlier.threshold),
    )


def _parted(values: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    return values[..., -count - MOST_NIGHTS : -count], values[..., -count:]


def _robust_scale(before: FloatArray) -> FloatArray:
    steps = MAD_TO_SIGMA / math.sqrt(2) * np.median(np.abs(np.diff(before, axis=-1)), axis=-1)
    scale = np.maximum(median_absolute_deviation(before), 0.8 * steps)
    return np.asarray(np.maximum(scale, SMALLEST_SIGMA))


def _inflation(before: FloatArray) -> FloatArray:
    """Variance of a mean against independent nights, 1 to 6, as if the nights were AR(1).

    (1 + r)/(1 - r) with r corrected for its bias in short series, (1 + 3r)/n (Kendall 1954).
    """
    n = before.shape[-1]
    centred = before - np.median(before, axis=-1, keepdims=True)
    limit = 3 * np.maximum(median_absolute_deviation(before), SMALLEST_SIGMA)[..., None]
    centred = np.clip(centred, -limit, limit)
    variance = np.maximum((centred**2).sum(axis=-1), 1e-300)
    r = (centred[..., 1:] * centred[..., :-1]).sum(axis=-1) / variance
    r = np.clip(r + (1 + 3 * r) / n, 0.0, 5 / 7)
    return np.asarray((1 + r) / (1 - r))
