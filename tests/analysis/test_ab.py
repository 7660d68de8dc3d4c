"""The A/B rule, one comparison at a time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from ab_noises import SPREAD, measured
from ab_replay import ended, looks

from perf_pipeline.analysis.ab import (
    LAYOUT,
    AbResult,
    AbRule,
    Shift,
    all_looks,
    judge_ab,
    last_look,
    look_level,
)
from perf_pipeline.analysis.robust import student_t_quantile

RULE = AbRule()


def judged_to_the_end(effects: list[float], rule: AbRule) -> AbResult:
    """Block after block, as the engine does it."""
    results = (judge_ab(effects[:n], rule) for n in range(1, len(effects) + 1))
    return next(result for result in results if result.is_final)


def quiet(count: int, effect: float = 0.0, spread: float = 0.001) -> list[float]:
    """So many blocks around an effect, the same in every run."""
    return list(np.random.default_rng(count).normal(effect, spread, size=count))


@pytest.mark.parametrize("effect", [0.0, 0.01, 0.02, 0.05])
def test_block_after_block_is_what_the_simulations_replay(effect: float) -> None:
    """Same ends, same intervals: the published rates are those of `judge_ab`."""
    effects = measured(np.random.default_rng(3), (40, 60), 0.014)
    many = ended(looks(effects, RULE), RULE, effect)
    for row, blocks, estimate, half, higher, equal in zip(
        effects, many.blocks, many.estimate, many.half, many.higher, many.equal, strict=True
    ):
        one = judged_to_the_end([block + effect for block in row], RULE)
        assert one.n == blocks
        assert one.estimate == pytest.approx(estimate)
        assert one.low == pytest.approx(estimate - half)
        assert (one.shift is Shift.HIGHER, one.shift is Shift.EQUAL) == (higher, equal)


def test_interval_by_hand() -> None:
    """Twelve blocks, two trimmed on either side; Yuen's half width and the layout's."""
    effects = [-0.5, -0.4, *np.linspace(-0.007, 0.007, 8), 0.4, 0.5]
    found = judge_ab(effects, RULE)
    assert found.estimate == pytest.approx(0.0)
    kept = np.clip(effects, -0.007, 0.007)
    error = math.sqrt(11 * kept.var(ddof=1) / (8 * 7))
    half = math.hypot(student_t_quantile(1 - look_level(RULE) / 2, 7) * error, LAYOUT)
    assert (found.low, found.high) == pytest.approx((-half, half))


@pytest.mark.parametrize(
    ("effect", "shift"),
    [(0.03, Shift.HIGHER), (-0.03, Shift.LOWER), (0.0, Shift.EQUAL), (0.004, Shift.EQUAL)],
)
def test_quiet_blocks_are_decided_at_the_first_look(effect: float, shift: Shift) -> None:
    """Before it nothing is said."""
    effects = quiet(12, effect)
    before, at = judge_ab(effects[:11], RULE), judge_ab(effects, RULE)
    assert (before.shift, before.is_final, before.low, before.p_value) == (
        Shift.OPEN,
        False,
        None,
        None,
    )
    assert before.estimate == pytest.approx(effect, abs=0.001)
    assert (at.shift, at.is_final, at.n) == (shift, True, 12)


def test_a_change_within_delta_but_beyond_the_margin_is_a_change() -> None:
    """+1 %, clear of 0.5 %: higher, although it lies inside plus or minus 2 %."""
    found = judge_ab(quiet(40, 0.0115, 0.0005), RULE)
    assert found.shift is Shift.HIGHER
    assert found.high < RULE.resolve


def test_noise_stays_open_until_the_cap() -> None:
    """Open and to be gone on with at 56 blocks, open for good at 60."""
    effects = quiet(60, 0.012, 0.03)
    before, at = judge_ab(effects[:56], RULE), judge_ab(effects, RULE)
    assert (before.shift, before.is_final) == (Shift.OPEN, False)
    assert (at.shift, at.is_final) == (Shift.OPEN, True)


def test_blocks_between_looks_wait() -> None:
    """Fifteen blocks are judged as twelve were; beyond the cap nothing counts."""
    effects = quiet(70, 0.01, 0.02)
    assert judge_ab(effects[:15], RULE) == judge_ab(effects[:12], RULE)
    assert judge_ab(effects, RULE) == judge_ab(effects[:60], RULE)


@pytest.mark.parametrize(
    ("n", "changes", "look"),
    [
        (11, {}, 0),
        (12, {}, 12),
        (59, {}, 56),
        (50, {"most_blocks": 50}, 50),
        (5, {"most_blocks": 5}, 0),
        (8, {"first_look": 8, "most_blocks": 8}, 8),
        (8, {"first_look": 2}, 8),
        (11, {"first_look": 8, "step": 1}, 8),
    ],
)
def test_looks_are_on_a_grid_and_at_the_cap(n: int, changes: dict[str, int], look: int) -> None:
    """Never under 8 blocks nor closer than 4, since the levels hold for no more looks."""
    assert last_look(n, replace(RULE, **changes)) == look


def test_a_cap_below_the_first_look_ends_without_an_answer() -> None:
    """One block that was asked for is an estimate and no more."""
    found = judge_ab([0.3], replace(RULE, most_blocks=1))
    assert found == AbResult(Shift.OPEN, 0.3, None, None, 1, True, None, None, None)
    assert judge_ab([], RULE).estimate is None


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_never_decides(broken: float) -> None:
    """A few are left out; more than a fifth say nothing, whatever the rest shows."""
    effects = quiet(60, 0.05)
    few = judge_ab([broken] * 2 + effects[:12], RULE)
    assert (few.shift, few.n) == (Shift.HIGHER, 12)
    many = judge_ab([broken] * 4 + effects[:12], RULE)
    assert (many.shift, many.is_final, many.low, many.p_value) == (Shift.OPEN, False, None, None)
    assert judge_ab([broken] * 60, RULE) == AbResult(
        Shift.OPEN, None, None, None, 0, True, None, None, None
    )


def test_no_spread_at_all() -> None:
    """Equal to the digit is equal; twelve times the same difference is one, with layout's width."""
    same, moved = judge_ab([0.0] * 12, RULE), judge_ab([0.02] * 12, RULE)
    assert (same.shift, same.low, same.high) == (Shift.EQUAL, -LAYOUT, LAYOUT)
    assert (moved.shift, moved.low) == (Shift.HIGHER, pytest.approx(0.02 - LAYOUT))
    assert moved.p_value < 1e-9


def test_seven_of_eight_blocks_alike_are_not_enough() -> None:
    """Two states of one program reach that by chance: the first look comes after it."""
    effects = [0.04] * 7 + [0.0]
    assert judge_ab(effects, replace(RULE, first_look=8)).shift is Shift.HIGHER
    assert judge_ab(effects, RULE).shift is Shift.OPEN
    assert judge_ab([*effects, 0.0, 0.04, -0.04, 0.0], RULE).shift is Shift.OPEN


@pytest.mark.parametrize("alpha", [0.05, 0.001, 0.0001])
def test_the_p_value_is_at_most_alpha_exactly_where_a_difference_is_said(alpha: float) -> None:
    """On 2,000 comparisons of all sizes, around the edge."""
    rng = np.random.default_rng(8)
    rule, said = replace(RULE, alpha=alpha), []
    for _ in range(2_000):
        n, spread = int(rng.choice([12, 24, 60])), float(rng.uniform(0.001, 0.03))
        found = judge_ab(list(rng.normal(rng.uniform(0, 0.04), spread, size=n)), rule)
        said.append(found.shift in (Shift.HIGHER, Shift.LOWER))
        assert said[-1] == (found.p_value <= alpha)
    assert 200 < sum(said) < 1_900


def test_levels_fall_with_looks_and_alpha() -> None:
    """More looks, smaller levels; all looks at a level come back to alpha."""
    levels = [look_level(replace(RULE, most_blocks=cap)) for cap in (12, 60, 240, 400)]
    assert levels == sorted(levels, reverse=True)
    for alpha in (0.1, 0.01, 0.001, 0.0001):
        rule = replace(RULE, alpha=alpha)
        assert all_looks(look_level(rule), rule) == pytest.approx(alpha)
        assert look_level(rule) < alpha / 3


@pytest.mark.parametrize(
    ("cap", "alpha", "comparisons"), [(12, 0.001, 200_000), (60, 0.01, 60_000), (400, 0.05, 4_000)]
)
def test_all_looks_together_spend_alpha(cap: int, alpha: float, comparisons: int) -> None:
    """On Gaussian blocks, without margin and layout: not more, and not much less.

    At alpha / looks (Bonferroni) less than half would be spent with 60 blocks and more; at alpha
    for each look up to six times as much.
    """
    rule = replace(RULE, most_blocks=cap, alpha=alpha)
    rng, hits = np.random.default_rng(cap), 0
    for _ in range(4):
        found = looks(rng.normal(size=(comparisons // 4, cap)), rule)
        limit = [student_t_quantile(1 - look_level(rule) / 2, d) for d in found.degrees]
        hits += int((np.abs(found.estimate) > limit * found.error).any(axis=-1).sum())
    chance = 3 / math.sqrt(alpha * comparisons)
    assert 0.85 - chance < hits / comparisons / alpha < 1.0 + chance


@pytest.mark.parametrize("n", [12, 24, 60])
def test_detectable_is_seen_19_times_in_20(n: int) -> None:
    """A change of the size that each comparison names is found in 95 %, half of it seldom."""
    effects = measured(np.random.default_rng(2), (1_500, n), SPREAD)
    sizes = [judge_ab(row, RULE).detectable or 0.0 for row in effects]
    seen, half = (
        np.mean(
            [
                judge_ab(row + part * size, RULE).shift is Shift.HIGHER
                for row, size in zip(effects, sizes, strict=True)
            ]
        )
        for part in (1.0, 0.5)
    )
    assert 0.93 < seen < 0.97
    assert half < 0.3


def test_so_many_blocks_resolve() -> None:
    """Named at the first look; then delta is found and equal arms are equal in most cases."""
    effects = measured(np.random.default_rng(5), (600, 60), SPREAD)
    needed = [judge_ab(row[:12], RULE).blocks_to_resolve or math.inf for row in effects]
    n = int(np.median(needed))
    assert 24 <= n <= 48
    found = [judge_ab(row[:n] + RULE.resolve, RULE).shift for row in effects]
    equal = [judge_ab(row[:n], RULE).shift for row in effects]
    assert found.count(Shift.HIGHER) > 0.85 * len(found)
    assert equal.count(Shift.EQUAL) > 0.9 * len(equal)


def test_what_no_number_of_blocks_resolves() -> None:
    """Delta within margin and layout, and a spread that 400 blocks do not tame."""
    assert judge_ab(quiet(12), replace(RULE, resolve=0.006)).blocks_to_resolve is None
    assert judge_ab(quiet(12, spread=0.2), RULE).blocks_to_resolve is None
