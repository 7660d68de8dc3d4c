"""What an asset shows on its Dagster page: tables, small pictures, numbers to plot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import dagster as dg

from perf_pipeline.campaign.changes.regressions import Regressions
from perf_pipeline.model import (
    Clock,
    Hotspot,
    Measurement,
    PlanItem,
    SeriesHistory,
    State,
    Verdict,
    VerdictRecord,
    parameters_label,
)
from perf_pipeline.report.charts import data_uri, sparkline
from perf_pipeline.report.text import place, shorten
from perf_pipeline.report.units import share, with_interval

MOST_ROWS = 40
"""Every materialisation is kept in Dagster's event log: tables there stay small."""
MOST_PLOTS = 8


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> dg.MarkdownMetadataValue:
    """A Markdown table; what is beyond the first rows is counted."""
    listed = [[_cell(cell) for cell in row] for row in rows]
    lines = ["| " + " | ".join(heads) + " |", "|" + "-|" * len(heads)]
    lines += ["| " + " | ".join(row) + " |" for row in listed[:MOST_ROWS]]
    if len(listed) > MOST_ROWS:
        lines.append(f"\nand {len(listed) - MOST_ROWS} more: see the report")
    return dg.MetadataValue.md("\n".join(lines))


def measurements_table(
    measurements: Sequence[Measurement], histories: Sequence[SeriesHistory]
) -> dg.MarkdownMetadataValue:
    """Case by metric: value with interval, trials, and the nights before as a line."""
    past = {(one.case_key, one.metric): one for one in histories}
    return table(
        ("case", "metric", "value (95 % interval)", "trials", "30 nights"),
        (
            (
                parameters_label(one.parameters),
                one.metric.name,
                with_interval(one.value, one.low, one.high, one.metric.unit)
                if one.value is not None
                else one.reason,
                f"{one.trials} of {one.trials_started}",
                _nights(past.get((one.case_key, one.metric.name)), one),
            )
            for one in measurements
        ),
    )


def plots(measurements: Sequence[Measurement]) -> dict[str, dg.FloatMetadataValue]:
    """CPU time per case as numbers, so that Dagster plots them over the nights."""
    judged = [one for one in measurements if one.metric.clock is Clock.CPU and one.value]
    return {
        shorten(f"{one.metric.name} {parameters_label(one.parameters)}".strip()): (
            dg.MetadataValue.float(one.value or 0.0)
        )
        for one in judged[:MOST_PLOTS]
    }


def verdicts_table(verdicts: Iterable[VerdictRecord]) -> dg.MarkdownMetadataValue:
    """What was said of what, and why."""
    return table(
        ("benchmark", "metric", "verdict", "state", "reason"),
        (
            (one.benchmark, one.metric, one.verdict.value, one.state.value, one.reason)
            for one in verdicts
        ),
    )


def regressions_metadata(found: Regressions) -> dict[str, dg.MarkdownMetadataValue | int]:
    """What the night's decision came to: findings, changes, the plan, and numbers to plot."""
    verdicts = Counter(one.verdict.value for one in found.changes)
    suspects = [one for one in found.changes if one.state is not State.NONE]
    return {
        "findings": verdicts_table(found.findings),
        "suspected_or_changed": verdicts_table(suspects),
        "compared": plan_table(one for one in found.plan if one not in found.left),
        "not_reached": plan_table(found.left),
        "findings_worse": sum(one.verdict is Verdict.WORSE for one in found.findings),
        "comparisons": len(found.plan) - len(found.left),
        "comparisons_not_reached": len(found.left),
        "series_judged": len(found.changes),
        "series_suspected": len(suspects),
        **{f"series_{verdict}": count for verdict, count in sorted(verdicts.items())},
    }


def hotspots_table(
    hotspots: Iterable[Hotspot], benchmarks: dict[str, str]
) -> dg.MarkdownMetadataValue:
    """Functions by share; `benchmarks` names the benchmark of each profile."""
    return table(
        ("benchmark", "function", "where", "self", "total", "calls", "saves at most"),
        (
            (
                benchmarks.get(one.profile_id, ""),
                one.function,
                place(one.file, one.line),
                share(one.self_share),
                share(one.total_share),
                "" if one.calls is None else f"{one.calls:,}",
                share(one.saves_at_most),
            )
            for one in hotspots
        ),
    )


def plan_table(items: Iterable[PlanItem]) -> dg.MarkdownMetadataValue:
    """What was planned, why, and what it costs."""
    return table(
        ("rank", "benchmark", "how", "reason", "seconds"),
        ((str(one.rank), one.benchmark, one.how, one.reason, f"{one.cost_s:g}") for one in items),
    )


def _nights(history: SeriesHistory | None, tonight: Measurement) -> str:
    if history is None or tonight.value is None or not history.points:
        return ""
    values = [point.value for point in history.points] + [tonight.value]
    chart = sparkline(values, f"{len(values)} nights", step_at=len(values) - 1)
    return f"![nights]({data_uri(chart)})"


def _cell(text: str) -> str:
    if text.startswith("![nights](data:"):
        return text
    return shorten(text, 200).replace("|", "/").replace("<", "&lt;")
