"""How often an A/B is right and wrong, and what it costs, beside naive rules (see `rates.py`)."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from ab_noises import AB_NAMES, BLOCKS_IN_A_ROW, block_effects, measured
from ab_replay import Ended, Looks, ended, looks, mean_looks, naively_ended
from noises import FloatArray
from rate_table import Figures, Rate, Table

from perf_pipeline.analysis.ab import AbRule, look_level

RULE = AbRule()
FINE_CAPS = (240, 400)
EQUAL_ARMS = 20_000
COMPARISONS = 12_000
FINE = 2_000
SPREADS = (0.008, 0.012, 0.016)
WIDEST = 0.016
FINE_SPREADS = (0.008, 0.010, 0.012, 0.014, 0.016)


def finer(cap: int) -> AbRule:
    """Resolving 1 % with this cap."""
    return AbRule(resolve=math.log(1.01), most_blocks=cap)


@cache
def ab_equal_arms() -> Table:
    """Equal arms called different at any look: our rule, and naive ones on the same blocks."""
    rows = []
    for name in (*AB_NAMES, BLOCKS_IN_A_ROW):
        rng = np.random.default_rng(60)
        effects = block_effects(rng, name, (EQUAL_ARMS, RULE.most_blocks))
        found, means = looks(effects, RULE), mean_looks(effects, RULE)
        rules = (
            ended(found, RULE),
            naively_ended(found, look_level(RULE), RULE.resolve),
            naively_ended(found, RULE.alpha, RULE.resolve),
            naively_ended(found, 0.05, RULE.resolve),
            naively_ended(means, RULE.alpha, RULE.resolve),
        )
        rows.append((name, tuple(Rate.share(one.different) for one in rules)))
    columns = (
        "called different",
        "without margin",
        "naive: 0.1 % at each look",
        "naive: 5 % at each look",
        "naive: plain mean, 0.1 % at each look",
    )
    title = "Equal arms called different within 60 blocks (promised: at most 0.1 %)"
    return Table(title, columns, tuple(rows))


@cache
def _measured_looks(spread: float) -> Looks:
    rng = np.random.default_rng(int(1e4 * spread))
    return looks(measured(rng, (COMPARISONS, RULE.most_blocks), spread), RULE)


def _planted(spread: float, percent: float) -> Ended:
    return ended(_measured_looks(spread), RULE, math.log1p(percent / 100))


@cache
def ab_found() -> Table:
    """What is said within 60 blocks of equal arms and of planted changes."""
    rows = []
    for spread in SPREADS:
        same = _planted(spread, 0)
        rates = [Rate.share(same.different), Rate.share(same.equal)]
        rates += [Rate.share(_planted(spread, percent).higher) for percent in (1, 2, 3, 5)]
        rates.append(Rate.share(_planted(spread, -2).lower))
        means = mean_looks(_measured_effects(spread), RULE)
        rates.append(Rate.share(naively_ended(means, 0.0001, 0.02, math.log(1.02)).higher))
        rows.append((_spread_name(spread), tuple(rates)))
    columns = (
        "0: different",
        "0: equal",
        *(f"+{percent} % found" for percent in (1, 2, 3, 5)),
        "-2 % found",
        "naive: plain mean, +2 %",
    )
    title = "Found within 60 blocks, 3 % of them off by 20 to 70 %"
    return Table(title, columns, tuple(rows))


def _measured_effects(spread: float) -> FloatArray:
    rng = np.random.default_rng(int(1e4 * spread))
    return measured(rng, (COMPARISONS, RULE.most_blocks), spread)


def _spread_name(spread: float) -> str:
    return f"blocks {100 * spread:.1f} %"


@cache
def ab_blocks() -> Figures:
    """What it costs: blocks on average, and in the ninetieth of a hundred comparisons."""
    rows = []
    for spread in SPREADS:
        figures: list[float] = []
        for percent in (0, 2, 3, 5, 10):
            blocks = _planted(spread, percent).blocks
            figures += [float(blocks.mean()), float(np.quantile(blocks, 0.9))]
        rows.append((_spread_name(spread), tuple(figures)))
    columns = [f"{c}, {what}" for c in ("0", *(f"+{p} %" for p in (2, 3, 5, 10))) for what in MEAN]
    return Figures("Blocks until it is decided", tuple(columns), tuple(rows))


MEAN = ("mean", "90 %")


@cache
def ab_coverage() -> Table:
    """Whether the last interval holds the truth, whatever made it the last."""
    found = _measured_looks(WIDEST)
    layout = np.random.default_rng(1).normal(scale=0.001, size=(COMPARISONS, 1))
    moved = Looks(found.blocks, found.degrees, found.estimate + layout, found.error)
    rows = []
    for percent in (0, 1, 2, 3, 5):
        truth = math.log1p(percent / 100)
        ours, shaken = ended(found, RULE, truth), ended(moved, RULE, truth)
        naive = naively_ended(found, 0.05, 0.0, truth)
        naive_shaken = naively_ended(moved, 0.05, 0.0, truth)
        rates = [Rate.share(one.holds(truth)) for one in (ours, shaken)]
        for one in (ours, shaken):
            which = one.different if percent else one.equal
            rates.append(Rate.share(one.holds(truth)[which]))
        rates += [Rate.share(one.holds(truth)) for one in (naive, naive_shaken)]
        rows.append((f"+{percent} %" if percent else "0", tuple(rates)))
    columns = (
        "all",
        "all, with layout",
        "those called different (0: equal)",
        "those, with layout",
        "naive: 95 % at each look",
        "naive, with layout",
    )
    return Table("Intervals of an A/B that hold the truth (promised: 95 %)", columns, tuple(rows))


@cache
def ab_fine() -> Table:
    """Resolving 1 %: found and equal by the cap."""
    rows = []
    for spread in FINE_SPREADS:
        rng = np.random.default_rng(int(1e4 * spread))
        effects = measured(rng, (FINE, max(FINE_CAPS)), spread)
        rates = []
        for cap in FINE_CAPS:
            rule = finer(cap)
            found = looks(effects[:, :cap], rule)
            same = ended(found, rule)
            rates += [
                Rate.share(ended(found, rule, math.log(1.01)).higher),
                Rate.share(same.equal),
                Rate.share(same.different),
            ]
        rows.append((_spread_name(spread), tuple(rates)))
    said = ("+1 % found", "0: equal", "0: different")
    columns = tuple(f"{one}, {cap} blocks" for cap in FINE_CAPS for one in said)
    return Table("With 1 % to resolve, 3 % of blocks off by 20 to 70 %", columns, tuple(rows))


ALL = (ab_equal_arms, ab_found, ab_blocks, ab_coverage, ab_fine)
