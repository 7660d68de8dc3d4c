"""Percentiles that had too few trials or observations: said once, not in every row."""

from __future__ import annotations

from perf_pipeline.analysis.confidence import FEWEST_TRIALS
from perf_pipeline.analysis.trial_value import observations_needed
from perf_pipeline.model import Measurement, Statistic, TrialStatus
from perf_pipeline.report.index import Index
from perf_pipeline.report.text import count, shorten, some


def lacking(index: Index) -> str:
    """What percentiles need and where the budget gave less; empty where none lacks anything.

    `p99 needs 5 trials with 299 observations each; budget quick gives fewer observations in Reads.`
    """
    rows = [row for row in index.facts.measurements if _lacks(row)]
    wanted = sorted({row.metric.percentile for row in rows if row.metric.percentile is not None})
    if not wanted:
        return ""
    names = [f"p{percentile:g}" for percentile in wanted]
    needed = [f"{observations_needed(percentile):,}" for percentile in wanted]
    needs = "needs" if len(names) == 1 else "need"
    return (
        f"{_listed(names)} {needs} {FEWEST_TRIALS} trials with {_listed(needed)} observations "
        f"each; budget {shorten(index.facts.start.budget)} {_given(rows)}."
    )


def brief(row: Measurement) -> str:
    """A measurement's reason, without what `lacking` says once for all percentiles."""
    return row.reason.partition("; ")[0] if _lacks(row) else row.reason


def _lacks(row: Measurement) -> bool:
    """Whether a percentile has a value and misses only trials or observations."""
    counted = row.status is TrialStatus.OK and row.trials > 0
    percentile = row.metric.statistic is Statistic.PERCENTILE
    return counted and percentile and row.value is not None and row.low is None


def _listed(parts: list[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _given(rows: list[Measurement]) -> str:
    """`takes 1 to 3 trials of A and gives fewer observations in B, C`."""
    short = {row.benchmark: row.trials for row in rows if row.trials < FEWEST_TRIALS}
    thin = dict.fromkeys(row.benchmark for row in rows if row.trials >= FEWEST_TRIALS)
    least, most = min(short.values(), default=0), max(short.values(), default=0)
    span = count(most, "trial") if least == most else f"{least} to {count(most, 'trial')}"
    said = [
        f"takes {span} of {some(tuple(short))}" if short else "",
        f"gives fewer observations in {some(tuple(thin))}" if thin else "",
    ]
    return " and ".join(filter(None, said))
