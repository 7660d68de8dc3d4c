"""Series that did not move, with what they would have shown."""

from __future__ import annotations

from collections.abc import Iterable

from perf_pipeline.model import Ground, MetricKind, Verdict, VerdictRecord
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Fold, Part, Row, Section, Text, table
from perf_pipeline.report.sections.changes import CHANGE_IN, name
from perf_pipeline.report.text import count
from perf_pipeline.report.units import change, percent
from perf_pipeline.report.words import metric_title


def unchanged(index: Index) -> Section:
    """Series that did not move: how far they seemed to, and what they would have shown."""
    rows = [row for row in index.changes if row.verdict is Verdict.UNCHANGED]
    if not rows:
        return Section("unchanged", "Unchanged")
    metrics = tuple(dict.fromkeys(row.metric for row in rows))
    by_case: dict[str, dict[str, VerdictRecord]] = {}
    for row in rows:
        by_case.setdefault(row.case_id, {})[row.metric] = row
    columns = (
        Column("Benchmark"),
        *(Column(_moves_in(index, rows, name), figures=True) for name in metrics),
    )
    body = [_unmoved(index, case_id, cells, metrics) for case_id, cells in by_case.items()]
    note = Text("In brackets: the smallest change that the series would have shown.")
    parts: tuple[Part, ...] = (note, *table("Unchanged", columns, body, shown=80))
    summary = f"{len(rows):,} series of {count(len(by_case), 'case')}"
    return Section("unchanged", "Unchanged", "", (Fold(summary, parts),), len(rows))


def _moves_in(index: Index, rows: list[VerdictRecord], metric: str) -> str:
    kind = next(index.kind(row) for row in rows if row.metric == metric)
    note = CHANGE_IN.get(kind, "")
    return f"{metric_title(metric)}, {note}" if note else metric_title(metric)


def _unmoved(
    index: Index, case_id: str, cells: dict[str, VerdictRecord], metrics: Iterable[str]
) -> Row:
    first = next(iter(cells.values()))
    shown = [Cell(_seemed(index, cells[metric]) if metric in cells else "") for metric in metrics]
    return Row((name(index, first), *shown), case_id, "case")


def _seemed(index: Index, row: VerdictRecord) -> str:
    """How far a series seemed to move, and in brackets what it would have shown."""
    if index.kind(row) is MetricKind.EXACT:
        return "equal"
    moved = change(row.change_percent, None, None)
    shows = "" if row.detectable_percent is None else f" ({percent(row.detectable_percent)})"
    return f"{moved}{shows}{' by A/B' if row.ground is Ground.AB else ''}"
