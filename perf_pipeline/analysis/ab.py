"""The A/B rule: looks, levels, margin, resolution, and how often it errs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import numpy as np

from perf_pipeline.analysis.robust import (
    student_t_quantile,
    student_t_tail,
    trimmed_mean,
    yuen_degrees,
    yuen_error,
)

FEWEST_BLOCKS = 8
FEWEST_BETWEEN_LOOKS = 4
MOST_BLOCKS = 400
"""The levels of a look are calibrated for looks 4 blocks apart or more, from 8 to 400 blocks."""
LAYOUT = 2.58 * 0.001
"""Half width of what layout may add: equal work in other sources differs by 0.1 % (1 sigma)."""
MOST_MISSING = 0.2
"""Where more of the effects are no numbers than trimming would take, nothing is said."""
POWER = 0.95


class Shift(StrEnum):
    """What the blocks say of B against A, whichever way is good."""

    HIGHER = "higher"
    LOWER = "lower"
    EQUAL = "equal"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class AbRule:
    """How an A/B is decided; effects are on the scale of the metric's kind (ln for positive).

    `resolve` is delta: an interval inside plus or minus delta says `equal`. `most_blocks` is the
    cap. All looks together call equal arms different with at most probability `alpha` (0.1 to
    0.0001). Looks are `step` blocks apart, from `first_look` on, and at the cap. At 12 blocks
    10 must agree, since 2 are trimmed on either side; at 8 it would be 7, which a program in two
    states reaches by itself in 0.8 of 1,000 comparisons.
    """

    resolve: float = math.log(1.02)
    alpha: float = 0.001
    margin: float = math.log(1.005)
    first_look: int = 12
    step: int = 4
    most_blocks: int = 60


@dataclass(frozen=True, slots=True)
class AbResult:
    """The state of an A/B after `n` blocks; estimate and repeated interval on the metric's scale.

    `n` are the finite effects up to the last look; those after it wait for the next one. `low` and
    `high` are None before the first look. `is_final` says that no further block is needed.
    `detectable` is the smallest true effect that so many blocks of their spread would have called
    different with 95 % probability; `blocks_to_resolve` how many blocks in all would decide at the
    asked resolution, as far as their spread tells, None if over 400. `p_value` counts all looks.
    """

    shift: Shift
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    is_final: bool
    detectable: float | None
    blocks_to_resolve: int | None
    p_value: float | None


def judge_ab(effects: Sequence[float], rule: AbRule) -> AbResult:
    """Judge the blocks so far, as of the last look.

    20 % trimmed mean over the blocks with Yuen's interval at the level of a look (`look_level`),
    widened for layout. Wholly beyond the margin it says `higher` or `lower`, else inside
    `resolve` `equal`, else `open`. The intervals of all looks together hold the truth with
    probability 1 - alpha, so any of them may be the last. It errs silent: with outliers it is
    wider than need be. It errs loud where blocks resemble the blocks before them.

    Args:
        effects: One per block, in order. Those that are no finite number are left out; where
            they are more than a fifth, the answer is `open` whatever the rest says.
        rule: The same for all looks at one comparison, chosen before the first block.
    """
    values = np.asarray(effects, dtype=np.float64)
    finite = values[np.isfinite(values)]
    at_cap = len(values) >= rule.most_blocks
    n = last_look(len(finite), rule)
    if not n or len(values) - len(finite) > MOST_MISSING * len(values):
        estimate = float(trimmed_mean(finite)) if len(finite) else None
        return AbResult(Shift.OPEN, estimate, None, None, len(finite), at_cap, None, None, None)
    seen = finite[:n]
    estimate, error = float(trimmed_mean(seen)), float(yuen_error(seen))
    half = half_width(error, n, rule)
    shift = _shift(estimate, half, rule)
    return AbResult(
        shift=shift,
        estimate=estimate,
        low=estimate - half,
        high=estimate + half,
        n=n,
        is_final=at_cap or shift is not Shift.OPEN,
        detectable=_detectable(error, n, rule),
        blocks_to_resolve=_blocks_to_resolve(error, n, rule),
        p_value=_p_value(abs(estimate) - rule.margin, error, n, rule),
    )


def last_look(n: int, rule: AbRule) -> int:
    """The blocks of the last look at or before n blocks; 0 before the first."""
    first, step = _first_look(rule), max(rule.step, FEWEST_BETWEEN_LOOKS)
    n = min(n, rule.most_blocks)
    if n < first:
        return 0
    return n if n == rule.most_blocks else n - (n - first) % step


def half_width(error: float, n: int, rule: AbRule) -> float:
    """Half of the repeated interval at a look after n blocks, layout included."""
    quantile = student_t_quantile(1 - look_level(rule) / 2, yuen_degrees(n))
    return math.hypot(quantile * error, LAYOUT)


@lru_cache(maxsize=1024)
def look_level(rule: AbRule) -> float:
    """The nominal two-sided level of every look, so that all of them together spend alpha."""
    low, high = 1e-12, rule.alpha
    for _ in range(60):
        level = math.sqrt(low * high)
        low, high = (level, high) if all_looks(level, rule) < rule.alpha else (low, level)
    return low


def all_looks(level: float, rule: AbRule) -> float:
    """Probability that equal arms reach this nominal level at any look, at most.

    Fitted to 20 million simulated comparisons of Gaussian blocks with up to 98 looks, 4 apart: the
    level, times what Student's t lacks for a trimmed mean of few blocks (1.3 to 2.3) and a term
    for the later looks, which grow more alike with n and so count by its logarithm. Where all looks
    spend 0.1 to 0.0001 the simulated probability is 0.91 to 1.01 of it.
    """
    tens = -math.log10(level)
    first_look = 0.8 + 0.25 * tens
    later_looks = 0.6 + 0.69 * tens + 0.18 * tens**2
    grown = max(0.0, math.log(rule.most_blocks / _first_look(rule)))
    return min(1.0, level * (first_look + later_looks * grown))


def _first_look(rule: AbRule) -> int:
    return max(rule.first_look, FEWEST_BLOCKS)


def _shift(estimate: float, half: float, rule: AbRule) -> Shift:
    if estimate - half > rule.margin:
        return Shift.HIGHER
    if estimate + half < -rule.margin:
        return Shift.LOWER
    return Shift.EQUAL if abs(estimate) + half < rule.resolve else Shift.OPEN


def _detectable(error: float, n: int, rule: AbRule) -> float:
    beyond = student_t_quantile(POWER, yuen_degrees(n)) * error
    return rule.margin + half_width(error, n, rule) + beyond


def _blocks_to_resolve(error: float, n: int, rule: AbRule) -> int | None:
    """The first look at which a change of `resolve` would be seen; None if there is none."""
    spread = error / _error_factor(n)
    looks = range(_first_look(rule), MOST_BLOCKS + 1, max(rule.step, FEWEST_BETWEEN_LOOKS))
    low, high = 0, len(looks)
    while low < high:
        middle = (low + high) // 2
        blocks = looks[middle]
        longer = replace(rule, most_blocks=max(rule.most_blocks, blocks))
        if _detectable(spread * _error_factor(blocks), blocks, longer) <= rule.resolve:
            high = middle
        else:
            low = middle + 1
    return looks[low] if low < len(looks) else None


def _error_factor(n: int) -> float:
    """Yuen's standard error by the winsorised standard deviation."""
    degrees = yuen_degrees(n)
    return math.sqrt((n - 1) / ((degrees + 1) * degrees))


def _p_value(distance: float, error: float, n: int, rule: AbRule) -> float:
    """Of the distance beyond the margin; at most alpha exactly where the interval is beyond it."""
    if distance <= LAYOUT:
        return 1.0
    beyond = math.sqrt(distance**2 - LAYOUT**2)
    t = beyond / error if error else math.inf
    return all_looks(student_t_tail(t, yuen_degrees(n)), rule)
