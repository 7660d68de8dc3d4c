"""How often each rule is right and wrong on the six noises, beside the naive rule.

`python tests/analysis/rates.py` renews the tables of docs/method.md; the tests hold the limits and
compare the page with what is computed here. Same seeds, same figures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import NormalDist

import ab_rates
import night_rates
import numpy as np
from examples import HITS
from noises import NAMES, STRETCHES, TRIALS_IN_A_ROW, FloatArray, nested, one_process, series
from rate_table import Rate, Table, markdown

from perf_pipeline.analysis.change_scale import QUIET
from perf_pipeline.analysis.confidence import confidence
from perf_pipeline.analysis.percentile_batches import BATCHES, wider, within
from perf_pipeline.analysis.robust import (
    student_t_quantile,
    trimmed_mean,
    wilson_interval,
    yuen,
    yuen_error,
)
from perf_pipeline.analysis.shift import find_shift
from perf_pipeline.analysis.targets import LEVEL
from perf_pipeline.analysis.trial_value import percentile_of

PAGE = Path(__file__).parents[2] / "docs" / "method.md"
REPETITIONS = 4_000
AT_TARGET = 12_000
SERIES = 20_000
SIGMAS = (0.01, 0.02, 0.03)
STEPS = 2_000


def _night_of(
    name: str, rng: np.random.Generator, trials: int, repetitions: int = REPETITIONS
) -> tuple[FloatArray, FloatArray]:
    """Logs of values and the level they stand for; that of a night is that night's own."""
    shape = (repetitions, trials, 20)
    if name == "1 % night effect":
        shifts = rng.normal(scale=0.01, size=(repetitions, 1, 1))
        return nested(rng, "iid", shape) + shifts, shifts[:, 0, 0]
    return nested(rng, name, shape), np.zeros(repetitions)


@cache
def _true_levels(name: str) -> tuple[float, float]:
    """What the trial statistic and the mean of values come to in 40,000 trials."""
    rng = np.random.default_rng(99)
    values = nested(rng, "iid" if name == "1 % night effect" else name, (4_000, 10, 20))
    return float(trimmed_mean(_trial_values(values).ravel())), float(values.mean())


def _trial_values(values: FloatArray) -> FloatArray:
    return np.quantile(values, 0.1, axis=-1)


@cache
def coverage() -> Table:
    """Share of 95 % intervals that hold the truth: over trials, and naively over repetitions."""
    rows = []
    for name in (*NAMES, TRIALS_IN_A_ROW):
        rates, pooled = [], None
        for trials in (5, 10, 20):
            rng = np.random.default_rng(trials)
            values, night = _night_of(name, rng, trials)
            truth, mean = _true_levels(name)
            estimate, half = yuen(_trial_values(values))
            rates.append(Rate.share(np.abs(estimate - truth - night) <= half))
            if trials == 10:
                pooled = _pooled_holds(values, mean + night)
        rows.append((name, (*rates, pooled)))
    columns = ("5 trials", "10 trials", "20 trials", "naive: over 200 repetitions")
    return Table("Intervals that hold the truth (promised: 95 %)", columns, tuple(rows))


def _pooled_holds(values: FloatArray, truth: FloatArray) -> Rate:
    """Mean of all repetitions, standard deviation over the root of n."""
    flat = values.reshape(len(values), -1)
    half = 1.96 * flat.std(axis=-1, ddof=1) / np.sqrt(flat.shape[-1])
    return Rate.share(np.abs(flat.mean(axis=-1) - truth) <= half)


@cache
def outliers() -> Table:
    """Trials of which a few are far off: trimmed mean against mean and standard error."""
    rows = []
    for share in (0.02, 0.05):
        rng = np.random.default_rng(7)
        values = rng.normal(scale=0.01, size=(REPETITIONS, 10))
        values += np.log(1.7) * (rng.uniform(size=values.shape) < share)
        estimate, half = yuen(values)
        mean = values.mean(axis=-1)
        wide = student_t_quantile(0.975, 9) * values.std(axis=-1, ddof=1) / np.sqrt(10)
        usable = Rate.share(half < 0.02), Rate.share(wide < 0.02)
        near = Rate.share(np.abs(estimate) < 0.02), Rate.share(np.abs(mean) < 0.02)
        rows.append((f"{100 * share:.0f} % of trials x 1.7", (*near, *usable)))
    columns = (
        "within 2 % of the truth",
        "naive mean within 2 %",
        "interval under 2 % wide to a side",
        "naive interval under 2 %",
    )
    return Table("Ten trials with outliers", columns, tuple(rows))


@cache
def targets() -> Table:
    """A case exactly at its target: how often it is called met or missed all the same."""
    rows = []
    for name in (*NAMES, TRIALS_IN_A_ROW):
        rates: list[Rate] = []
        for trials in (5, 10):
            rng = np.random.default_rng(10 + trials)
            values, night = _night_of(name, rng, trials, AT_TARGET)
            estimate, half = yuen(_trial_values(values), LEVEL)
            aim = _true_levels(name)[0] + night
            rates += [Rate.share(estimate + half <= aim), Rate.share(estimate - half > aim)]
        rates.append(Rate.share(estimate <= aim))
        rows.append((name, tuple(rates)))
    columns = ("met, 5 trials", "missed, 5 trials", "met, 10 trials", "missed, 10 trials")
    title = "A case exactly at its target (promised: each at most 5 %)"
    return Table(title, (*columns, "naive: value against target"), tuple(rows))


@cache
def percentiles() -> Table:
    """Intervals of a percentile over ten trials by the observations in each."""
    rows = []
    for percentile, sizes in ((95, (20, 59, 300)), (99, (50, 100, 299, 600))):
        truth = 0.5 * NormalDist().inv_cdf(percentile / 100)
        for size in sizes:
            rng = np.random.default_rng(size)
            values = rng.lognormal(sigma=0.5, size=(2_000, 10, size))
            ours = np.quantile(values, percentile / 100, axis=-1, method="median_unbiased")
            assert ours[0, 0] == percentile_of(values[0, 0], percentile)
            naive = np.quantile(values, percentile / 100, axis=-1)
            rates = []
            for found in (ours, naive):
                _, low, high = wider(np.log(found))
                rates.append(Rate.share((low <= truth) & (truth <= high)))
            beyond = Rate.share(values.max(axis=-1) > np.exp(truth))
            rows.append((f"p{percentile} of {size}", (*rates, beyond)))
    columns = ("holds the truth", "naive: numpy's default", "trials that saw anything beyond it")
    return Table("Percentiles over ten trials (promised: 95 %)", columns, tuple(rows))


@cache
def percentiles_of_few() -> Table:
    """p95 over few trials of processes that differ: our rule, and what takes batches as trials."""
    rows = []
    for name in NAMES:
        truth = _true_p95(name)
        rng = np.random.default_rng(59)
        trials = _p95(_processes(rng, name, (AT_TARGET, 10, 59)))
        ours = [_holds(wider(trials[:, :count]), truth) for count in (5, 6, 10)]
        three = (
            trials[:, :3].mean(axis=-1),
            student_t_quantile(0.975, 2) * yuen_error(trials[:, :3]),
        )
        values = _processes(rng, name, (STEPS, 5, 59 * BATCHES))
        batches = yuen(_p95(values.reshape(STEPS, 5 * BATCHES, 59)))
        other = [_holds((m, m - half, m + half), truth) for m, half in (three, batches)]
        rows.append((name, (*ours, *other, _holds(_binomial(values, 95), truth))))
    columns = (
        *(f"{count} trials" for count in (5, 6, 10)),
        "3 trials, Student's t",
        "5 trials, their batches as trials",
        "naive: 5 trials, all observations",
    )
    return Table("p95 over few trials (promised: 95 %)", columns, tuple(rows))


def _processes(rng: np.random.Generator, name: str, shape: tuple[int, int, int]) -> FloatArray:
    """Values of processes; the level of the night is the one asked for."""
    return nested(rng, "iid" if name == "1 % night effect" else name, shape)


@cache
def _true_p95(name: str) -> float:
    """What the p95 of 59 comes to in 100,000 trials."""
    values = _processes(np.random.default_rng(98), name, (10_000, 10, 59))
    return float(trimmed_mean(_p95(values).ravel()))


def _p95(values: FloatArray) -> FloatArray:
    return np.quantile(values, 0.95, axis=-1, method="median_unbiased")


def _holds(found: tuple[FloatArray, FloatArray, FloatArray], truth: float | FloatArray) -> Rate:
    _, low, high = found
    return Rate.share((low <= truth) & (truth <= high))


def _binomial(values: FloatArray, percentile: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The percentile of all observations, each taken as evidence of its own."""
    flat = values.reshape(len(values), -1)
    share = percentile / 100
    half = 1.96 * np.sqrt(share * (1 - share) / flat.shape[-1])
    low, estimate, high = np.quantile(flat, [share - half, share, share + half], axis=-1)
    return estimate, low, high


@cache
def percentiles_within() -> Table:
    """A percentile within one long process: of this process, and of processes."""
    rows = []
    for name in (*NAMES, STRETCHES):
        rates = []
        for percentile, size in ((95, 59), (99, 299)):
            rng = np.random.default_rng(size)
            values, level = one_process(rng, name, (STEPS, BATCHES * size))
            true = _true_percentile(name, percentile)
            found = within(values, percentile)
            rates.append(_holds(found, true + level))
            if percentile == 95:
                others = 0.0 if name == "1 % process effect" else level
                naive = _binomial(values, percentile)
                other = [_holds(found, true + others), _holds(naive, true + level)]
        rows.append((name, (*rates, *other)))
    columns = (
        "p95 of 1,180",
        "p99 of 5,980",
        "p95 of 1,180, for all processes",
        "naive: p95 of 1,180, each for itself",
    )
    return Table("A percentile within one process (promised: 95 %)", columns, tuple(rows))


@cache
def _true_percentile(name: str, percentile: float) -> float:
    """Of three million observations, their process's level taken off."""
    values, level = one_process(np.random.default_rng(97), name, (3_000, 1_000))
    return float(np.quantile(values - level[:, None], percentile / 100))


@cache
def proportions() -> Table:
    """Successes out of 100 attempts in each of 5 trials that differ by more than chance."""
    rows = []
    for spread in (0.0, 0.05, 0.10):
        for share in (0.5, 0.9, 0.99):
            rng = np.random.default_rng(int(1000 * share + 100 * spread))
            rates = _proportion_rates(rng, share, spread)
            rows.append((f"{100 * share:.0f} %, trials {100 * spread:.0f} % apart", rates))
    columns = ("holds the truth", "naive: Wilson over all attempts")
    return Table("Proportions over five trials (promised: 95 %)", columns, tuple(rows))


def _proportion_rates(rng: np.random.Generator, share: float, spread: float) -> tuple[Rate, Rate]:
    levels = np.full((2_000, 5), share)
    if spread:
        levels = rng.beta(share / spread**2, (1 - share) / spread**2, size=levels.shape)
    ours, naive = [], []
    for successes in rng.binomial(100, levels):
        pooled = float(successes.mean() / 100)
        found = confidence(HITS, list(successes / 100), 0.95, 500, pooled)
        plain = wilson_interval(float(successes.sum()), 500)
        ours.append(found.low <= share <= found.high)
        naive.append(plain.low <= share <= plain.high)
    return Rate.share(ours), Rate.share(naive)


def _nights(name: str, nights: int, sigma: float, count: int) -> tuple[FloatArray, FloatArray]:
    """Values and their errors of so many earlier nights and tonight, five trials in each."""
    rng = np.random.default_rng([nights, int(1000 * sigma), len(name)])
    trials = series(rng, name, (count, nights + 1, 5), sigma)
    return trimmed_mean(trials), yuen_error(trials)


def _found(values: FloatArray, errors: FloatArray, step: float = 1.0, last: int = 1) -> FloatArray:
    moved = values.copy()
    moved[:, -last:] += np.log(step)
    return find_shift(moved, errors, QUIET).nights


@cache
def screen_eight() -> Table:
    """The ninth night: suspects on unchanged code, and after a step that night."""
    rows = []
    for sigma in SIGMAS:
        for name in NAMES:
            values, errors = _nights(name, 8, sigma, SERIES)
            steps = [Rate.share(_found(values, errors, s) > 0) for s in (1, 1.1, 1.2, 1.5, 1 / 1.5)]
            rows.append((f"{name}, nights {100 * sigma:.0f} %", tuple(steps)))
    columns = ("unchanged", "+10 %", "+20 %", "+50 %", "-33 %")
    return Table("Suspected on the ninth night", columns, tuple(rows))


def _ten_percent(values: FloatArray) -> FloatArray:
    return np.abs(np.expm1(values[:, -1] - values[:, -2])) > 0.10


def _three_sigma(values: FloatArray) -> FloatArray:
    before = values[:, :-1]
    distance = np.abs(values[:, -1] - before.mean(axis=-1))
    return distance > 3 * before.std(axis=-1, ddof=1)


def _repetitions(name: str, sigma: float) -> Rate:
    """Welch's t-test at 5 % between tonight's 100 repetitions and last night's."""
    rng = np.random.default_rng(3)
    trials = series(rng, name, (2_000, 2, 5), sigma)
    values = (trials[..., None] + rng.normal(scale=0.01, size=(2_000, 2, 5, 20))).reshape(
        2_000, 2, 100
    )
    error = np.sqrt((values.var(axis=-1, ddof=1) / 100).sum(axis=-1))
    return Rate.share(np.abs(np.diff(values.mean(axis=-1), axis=-1)[:, 0]) > 1.97 * error)


@cache
def screen_naive() -> Table:
    """What naive rules suspect on the same ninth nights of unchanged code."""
    rules: tuple[Callable[[FloatArray], FloatArray], ...] = (_ten_percent, _three_sigma)
    rows = []
    for sigma in SIGMAS:
        for name in NAMES:
            values, _ = _nights(name, 8, sigma, SERIES)
            rates = (*(Rate.share(rule(values)) for rule in rules), _repetitions(name, sigma))
            rows.append((f"{name}, nights {100 * sigma:.0f} %", rates))
    columns = ("over 10 % since last night", "3 sigma off the mean", "t-test on repetitions")
    return Table("Naive rules on the ninth night, unchanged code", columns, tuple(rows))


@cache
def screen_thirty() -> Table:
    """After thirty nights: unchanged code, and a step that has stood for some nights."""
    rows = []
    for sigma in SIGMAS[:2]:
        for name in NAMES:
            values, errors = _nights(name, 30, sigma, REPETITIONS)
            none = _found(values, errors)
            first = (Rate.share((none > 0) & (none < 3)), Rate.share(none >= 3))
            later = [
                Rate.share(_found(values[:STEPS], errors[:STEPS], step, last) >= 3)
                for step, last in ((1.05, 4), (1.05, 8), (1.10, 4))
            ]
            rows.append((f"{name}, nights {100 * sigma:.0f} %", (*first, *later)))
    columns = (
        "unchanged: suspected",
        "unchanged: probable",
        "+5 % for 4 nights",
        "+5 % for 8 nights",
        "+10 % for 4 nights",
    )
    return Table("Found after thirty nights", columns, tuple(rows))


ALL = (
    coverage,
    outliers,
    targets,
    percentiles,
    percentiles_of_few,
    percentiles_within,
    proportions,
    screen_eight,
    screen_naive,
    screen_thirty,
    *ab_rates.ALL,
    *night_rates.ALL,
)


def renewed(page: str) -> str:
    """The page with every table under its bold title as computed now."""
    for simulate in ALL:
        table = simulate()
        start = page.index(f"**{table.title}**")
        end = page.index("\n\n", page.index("|---|", start))
        page = page[:start] + markdown(table) + page[end:]
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
