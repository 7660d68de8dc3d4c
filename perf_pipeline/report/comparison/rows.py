"""The texts of one row of a comparison: the same on the terminal and on the page."""

from __future__ import annotations

from perf_pipeline.analysis.ab import MOST_BLOCKS
from perf_pipeline.model import MetricKind, Verdict
from perf_pipeline.report.comparison.facts import ComparedCase, ComparedMetric
from perf_pipeline.report.text import count, shorten
from perf_pipeline.report.units import change, duration, exact, percent, quantities
from perf_pipeline.report.words import VERDICT_WORDS, metric_title, shown_unit

CHANGE_IN = {MetricKind.SIGNED: "of wall time", MetricKind.PROPORTION: "percentage points"}
"""What a change is a percentage of, where it is not of the value in arm A."""
MOVED = (Verdict.WORSE, Verdict.BETTER)


def case_name(case: ComparedCase) -> str:
    """Benchmark and parameters: `Sort size=1000`."""
    return f"{shorten(case.benchmark)} {shorten(case.case.label)}".strip()


def both_values(row: ComparedMetric) -> tuple[str, str]:
    """The value of both arms, in one unit."""
    unit = shown_unit(row.metric)
    if row.metric.kind is MetricKind.EXACT:
        return exact(row.before, unit), exact(row.after, unit)
    before, after = quantities((row.before, row.after), unit)
    return before, after


def change_text(row: ComparedMetric) -> str:
    """The change with its interval: `+8.3% (+7.1 to +9.6)`; empty where there is none."""
    if row.change_percent is None:
        return ""
    if row.metric.kind is MetricKind.EXACT and row.before == row.after:
        return "equal"
    return change(row.change_percent, row.low_percent, row.high_percent)


def verdict_text(row: ComparedMetric, *, same_asked: bool = False) -> str:
    """The verdict in a word; between equal codes a difference is a false alarm, and says so."""
    if same_asked and row.verdict in MOVED:
        return "false alarm"
    return VERDICT_WORDS[row.verdict]


def seen_text(row: ComparedMetric) -> str:
    """The smallest change that would have shown; empty for what did show."""
    if row.verdict in MOVED or row.doubt or row.detectable_percent is None:
        return ""
    return "any" if row.metric.kind is MetricKind.EXACT else percent(row.detectable_percent)


def note_text(row: ComparedMetric) -> str:
    """What else a row says: why it is no verdict, what would decide, that it is severe."""
    if row.doubt or row.change_percent is None:
        return shorten(row.doubt or row.reason, 160)
    if row.verdict is Verdict.INCONCLUSIVE:
        return _to_decide(row)
    return "over its threshold" if row.severe else ""


def _to_decide(row: ComparedMetric) -> str:
    """Where nothing is known of how many blocks it takes, twice as many are the next try."""
    blocks = row.blocks + (row.more_blocks or row.blocks)
    if blocks > MOST_BLOCKS:
        return f"too restless to decide in {MOST_BLOCKS} blocks"
    about = f"about {row.more_blocks:,} more blocks" if row.more_blocks else "more blocks"
    return f"{about} would decide: --blocks {blocks}"


def metric_text(row: ComparedMetric) -> str:
    """What a reader calls the metric."""
    title = metric_title(row.metric.name)
    return f"{title} (derived)" if row.metric.derived else title


def difference_text(row: ComparedMetric) -> str:
    """What a reader must know of the percentage."""
    return CHANGE_IN.get(row.metric.kind, "") if row.change_percent is not None else ""


def summary(case: ComparedCase, *, same_asked: bool = False) -> str:
    """How a case came out, on one line: what moved or is open, and how many are unchanged."""
    if case.refusal:
        return f"not compared: {shorten(case.refusal, 200)}"
    said = [
        " ".join(filter(None, (metric_text(row), verdict_text(row, same_asked=same_asked), moved)))
        for row in case.metrics
        if row.verdict is not Verdict.UNCHANGED
        for moved in [change_text(row)]
    ]
    unchanged = sum(row.verdict is Verdict.UNCHANGED for row in case.metrics)
    said += [f"{unchanged:,} unchanged"] if unchanged else []
    return f"{'; '.join(said)}; {effort(case)}"


def effort(case: ComparedCase) -> str:
    """What it took: `16 blocks, 4.1 s`."""
    return f"{count(case.number_of_blocks, 'block')}, {duration(case.duration_s)}"
