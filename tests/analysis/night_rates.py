"""How often a night of many comparisons, or a night as a whole, is misjudged (see `rates.py`)."""

from __future__ import annotations

from functools import cache

import numpy as np
from noises import NAMES, FloatArray, series
from rate_table import Rate, Table

from perf_pipeline.analysis.ab import AbRule
from perf_pipeline.analysis.common_mode import night_by_night, stands_out
from perf_pipeline.analysis.false_discovery import benjamini_hochberg
from perf_pipeline.analysis.robust import student_t_quantile, trimmed_mean

NIGHTS = 4_000
REAL = 10
CASES = 8
RATE = 0.05


def _withdrawn(p_values: FloatArray) -> FloatArray:
    """What a night reports: beyond alpha and kept by Benjamini and Hochberg."""
    kept = np.array([benjamini_hochberg(list(row), RATE) for row in p_values])
    return np.asarray(kept & (p_values <= AbRule().alpha))


@cache
def discoveries() -> Table:
    """Nights of many comparisons, all unchanged or ten of them real; p as at the margin."""
    rows = []
    for count in (20, 200, 1_000):
        rng = np.random.default_rng(count)
        same = rng.uniform(size=(NIGHTS, count))
        real = np.concatenate([10 ** rng.uniform(-9, -3, size=(NIGHTS, REAL)), same], axis=1)
        reported = (_withdrawn(same), same <= AbRule().alpha, same <= RATE)
        rates = [Rate.share(np.asarray(found.any(axis=1))) for found in reported]
        kept = _withdrawn(real)
        rates.append(Rate.share(kept[:, :REAL]))
        rates += [
            Rate(int(found[:, REAL:].sum()), int(found.sum())) for found in (kept, real <= RATE)
        ]
        rows.append((f"{count:,} comparisons", tuple(rates)))
    columns = (
        "nights with a false report",
        "naive: all at 0.1 %",
        "naive: all at 5 %",
        "ten real ones: kept",
        "false among reported",
        "naive: false among all at 5 %",
    )
    return Table("Many comparisons in a night (promised: at most 5 % false)", columns, tuple(rows))


def _values(rng: np.random.Generator, name: str, nights: int, *, shared: bool) -> FloatArray:
    """Nights of some cases whose whole nights move by 2 %, together or each for itself."""
    shape = (NIGHTS * (1 if shared else CASES), nights + 1, 5)
    moves = trimmed_mean(series(rng, name, shape, 0.02))
    own = rng.normal(scale=0.01, size=(NIGHTS, CASES, nights + 1))
    if shared:
        return np.asarray(own + moves[:, None, :])
    return np.asarray(own + moves.reshape(NIGHTS, CASES, nights + 1))


def _found(values: FloatArray, step: float) -> Rate:
    moved = values.copy()
    moved[..., -1] += np.log(step)
    shifts = moved[..., -1] - np.median(moved[..., :-1], axis=-1)
    found = stands_out(night_by_night(moved), shifts, trimmed_mean(shifts))
    return Rate.share(found)


def _naive(values: FloatArray) -> Rate:
    """A t-test at 5 % over the cases' changes since last night, as if they were independent."""
    changes = values[..., -1] - values[..., -2]
    error = changes.std(axis=-1, ddof=1) / np.sqrt(CASES)
    limit = student_t_quantile(0.975, CASES - 1)
    return Rate.share(np.abs(changes.mean(axis=-1)) > limit * error)


@cache
def whole_nights() -> Table:
    """A finding about the night as a whole, on unchanged machines and on slower ones."""
    rows = []
    for shared in (True, False):
        for name in NAMES:
            rates = []
            for nights in (8, 30):
                rng = np.random.default_rng([nights, len(name), shared])
                values = _values(rng, name, nights, shared=shared)
                rates += [_found(values, step) for step in (1, 1.05, 1.1)]
            rates.append(_naive(values))
            rows.append(
                (
                    f"{name}, {'all cases together' if shared else 'each case for itself'}",
                    tuple(rates),
                )
            )
    columns = tuple(
        f"{what}, {nights} nights" for nights in (8, 30) for what in ("unchanged", "+5 %", "+10 %")
    )
    title = "A finding about the night as a whole, from eight cases"
    return Table(title, (*columns, "naive: t-test over the cases"), tuple(rows))


ALL = (discoveries, whole_nights)
