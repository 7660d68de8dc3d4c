"""How sure a percentile is: over processes, and within a single long one.

Over processes it can be judged, within one it can only be described: what the next process would
show is not in the batches of this one, and nobody can tell batches of one process from processes.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from perf_pipeline.analysis.robust import (
    FloatArray,
    Interval,
    student_t_quantile,
    yuen,
)
from perf_pipeline.analysis.trial_value import observations_needed

BATCHES = 20


def wider(values: npt.ArrayLike, level: float = 0.95) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Trimmed mean and the ends of an interval over trials, along the last axis.

    The ends are the outer ones of Yuen's interval and of Student's on the plain mean. Of five
    trials in two states the one that stands alone is trimmed away, and Yuen's interval then holds
    in 7 of 10 cases only; Student's sees it. Errs wide: by 6 % of Yuen's width, by more where one
    trial lies far off. No rule holds under five trials: too often all of them are in one state.
    """
    array = np.asarray(values, dtype=np.float64)
    n = array.shape[-1]
    estimate, half = yuen(array, level)
    mean = array.mean(axis=-1)
    error = array.std(axis=-1, ddof=1) / math.sqrt(n)
    reach = student_t_quantile((1 + level) / 2, n - 1) * error
    return (
        estimate,
        np.minimum(estimate - half, mean - reach),
        np.maximum(estimate + half, mean + reach),
    )


def observations_for_batches(percentile: float) -> int:
    """How many observations of one process make batches: 1,180 for p95, 5,980 for p99."""
    return BATCHES * observations_needed(percentile)


def within(
    values: npt.ArrayLike, percentile: float, level: float = 0.95
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Percentile and the ends of its interval within one process, along the last axis.

    Woodruff (1952): in each of twenty equal batches in time order the share of observations up to
    the percentile of all; their spread says how far the percentage is off (Student's t with 19
    degrees of freedom, never under what independent observations have), and the observations at
    both percentages are the ends. Values that follow one another closely are no more evidence
    than their batches show. Errs narrow where slow stretches last as long as a batch, and says
    nothing of other processes.

    Args:
        values: In the order of time, at least one for each batch.
        percentile: Between 0 and 100.
        level: Two-sided.
    """
    array = np.asarray(values, dtype=np.float64)
    ordered = np.sort(array, axis=-1)
    n, wanted = array.shape[-1], percentile / 100
    estimate = _at(ordered, np.full(array.shape[:-1], wanted))
    upto = array <= estimate[..., None]
    shares = np.stack(
        [part.mean(axis=-1) for part in np.array_split(upto, BATCHES, axis=-1)], axis=-1
    )
    chance = math.sqrt(wanted * (1 - wanted) / n)
    error = np.maximum(shares.std(axis=-1, ddof=1) / math.sqrt(BATCHES), chance)
    reach = student_t_quantile((1 + level) / 2, BATCHES - 1) * error
    return estimate, _at(ordered, wanted - reach), _at(ordered, wanted + reach)


def within_one_process(values: npt.ArrayLike, percentile: float) -> Interval | None:
    """The interval of `within`; None where a batch would have too few observations of its own."""
    array = np.asarray(values, dtype=np.float64)
    if len(array) < observations_for_batches(percentile):
        return None
    return Interval(*(float(part) for part in within(array, percentile)))


def _at(ordered: FloatArray, share: FloatArray) -> FloatArray:
    """The median-unbiased quantile (Hyndman & Fan 1996, type 8) of each sorted row at its share."""
    last = ordered.shape[-1] - 1
    place = np.clip(share * (last + 4 / 3) - 2 / 3, 0, last)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, last)
    low = np.take_along_axis(ordered, below[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(ordered, above[..., None], axis=-1)[..., 0]
    return np.asarray(low + (place - below) * (high - low))
