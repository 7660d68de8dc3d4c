"""Many comparisons at once, looked at and stopped as the A/B rule says, or as naive rules do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from noises import FloatArray

from perf_pipeline.analysis.ab import LAYOUT, AbRule, look_level
from perf_pipeline.analysis.robust import (
    student_t_quantile,
    trimmed_mean,
    yuen_degrees,
    yuen_error,
)


@dataclass(frozen=True, slots=True)
class Looks:
    """Estimate and standard error of every comparison (rows) at every look (columns)."""

    blocks: FloatArray
    degrees: tuple[int, ...]
    estimate: FloatArray
    error: FloatArray


@dataclass(frozen=True, slots=True)
class Ended:
    """Where each comparison stopped and what its last interval was."""

    blocks: FloatArray
    estimate: FloatArray
    half: FloatArray
    higher: FloatArray
    lower: FloatArray
    equal: FloatArray

    @property
    def different(self) -> FloatArray:
        """Called higher or lower."""
        return self.higher | self.lower

    def holds(self, truth: float) -> FloatArray:
        """Whether the last interval holds the truth."""
        return np.abs(self.estimate - truth) <= self.half


def looks(effects: FloatArray, rule: AbRule) -> Looks:
    """Trimmed means and Yuen's errors at the looks of a rule."""
    return _looks(effects, rule, trimmed_mean, yuen_error, yuen_degrees)


def mean_looks(effects: FloatArray, rule: AbRule) -> Looks:
    """Naive: plain means and their standard errors."""
    return _looks(effects, rule, _mean, _mean_error, lambda n: n - 1)


def ended(found: Looks, rule: AbRule, truth: float = 0.0) -> Ended:
    """Our rule, with an effect added in arm B to every comparison."""
    level = look_level(rule)
    half = np.hypot(_half(found, level), LAYOUT)
    return _stopped(found.blocks, found.estimate + truth, half, rule.margin, rule.resolve)


def naively_ended(found: Looks, level: float, resolve: float, truth: float = 0.0) -> Ended:
    """The same level at every look, no calibration, no margin, nothing for layout."""
    half = _half(found, level)
    return _stopped(found.blocks, found.estimate + truth, half, 0.0, resolve)


def _looks(
    effects: FloatArray,
    rule: AbRule,
    estimate: Callable[[FloatArray], FloatArray],
    error: Callable[[FloatArray], FloatArray],
    degrees: Callable[[int], int],
) -> Looks:
    blocks = range(rule.first_look, rule.most_blocks + 1, rule.step)
    return Looks(
        blocks=np.array(blocks, dtype=np.float64),
        degrees=tuple(degrees(n) for n in blocks),
        estimate=np.stack([estimate(effects[:, :n]) for n in blocks], axis=-1),
        error=np.stack([error(effects[:, :n]) for n in blocks], axis=-1),
    )


def _half(found: Looks, level: float) -> FloatArray:
    return np.array([student_t_quantile(1 - level / 2, d) for d in found.degrees]) * found.error


def _stopped(
    blocks: FloatArray, estimate: FloatArray, half: FloatArray, margin: float, resolve: float
) -> Ended:
    higher, lower = estimate - half > margin, estimate + half < -margin
    equal = ~higher & ~lower & (np.abs(estimate) + half < resolve)
    decided = higher | lower | equal
    at = np.where(decided.any(axis=-1), decided.argmax(axis=-1), len(blocks) - 1)
    rows = np.arange(len(estimate))
    last = [part[rows, at] for part in (estimate, half, higher, lower, equal)]
    return Ended(blocks[at], *last)


def _mean(effects: FloatArray) -> FloatArray:
    return np.asarray(effects.mean(axis=-1))


def _mean_error(effects: FloatArray) -> FloatArray:
    return np.asarray(effects.std(axis=-1, ddof=1) / math.sqrt(effects.shape[-1]))
