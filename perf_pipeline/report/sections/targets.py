"""What the metrics had to reach: the missed ones in full, the others counted."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from perf_pipeline.model import (
    Direction,
    Measurement,
    MetricKind,
    TargetDefinition,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.report import charts, percentiles
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import (
    SHOWN_ROWS,
    Cell,
    Column,
    Fold,
    Part,
    Row,
    Section,
    Tone,
    table,
)
from perf_pipeline.report.text import shorten
from perf_pipeline.report.units import NOT_AVAILABLE, exact, scale_for, with_interval
from perf_pipeline.report.words import metric_title

COLUMNS = (
    Column("Benchmark"),
    Column("Metric", short=True),
    Column("Target", figures=True),
    Column("Measured (95% interval)", figures=True),
    Column("Against the target"),
    Column("Note"),
)
MET_COLUMNS = (
    Column("Benchmark"),
    Column("Metric", short=True),
    Column("Target", figures=True),
    Column("Nearest to it", figures=True),
    Column("Cases", figures=True),
)
FOLDED = ((Verdict.INCONCLUSIVE, "Inconclusive"), (Verdict.NOT_MEASURED, "Not measured"))


def targets(index: Index) -> Section:
    """Missed targets first; the section's note says how many of how many."""
    rows = index.targets
    missed = sorted(of(rows, Verdict.MISSED), key=lambda row: (not row.critical, not row.severe))
    parts: list[Part] = [*table("Missed targets", COLUMNS, _missed(index, missed))]
    for verdict, title in FOLDED:
        others = [Row(_cells(index, row), row.verdict_id, "target") for row in of(rows, verdict)]
        if others:
            parts.append(Fold(f"{title} ({len(others):,})", table(title, COLUMNS, others)))
    met = of(rows, Verdict.MET)
    if met:
        shown = table("Met", MET_COLUMNS, _met(index, met), shown=60)
        parts.append(Fold(f"Met ({len(met):,})", shown))
    title = "Missed targets" if missed else "Targets"
    note = f"{len(missed):,} of {len(rows):,} missed, {len(met):,} met"
    return Section("targets", title, note, tuple(parts), len(missed or rows))


def of(rows: Iterable[VerdictRecord], verdict: Verdict) -> list[VerdictRecord]:
    """The rows with this verdict."""
    return [row for row in rows if row.verdict is verdict]


def wanted(index: Index, row: VerdictRecord) -> str:
    """The target in words: `< 100 ms`, `70% to 90%`."""
    target = index.target(row)
    bound = row.target if row.target is not None else (target.target if target else None)
    if bound is None:
        return NOT_AVAILABLE
    if target and target.direction is Direction.RANGE and None not in (target.low, target.high):
        ends = (target.low or 0.0, target.high or 0.0)
        scale = scale_for(ends, target.unit)
        return f"{scale.declared(ends[0])} to {scale.declared(ends[1])}"
    unit = index.unit(row) or (target.unit if target else "")
    sign = ">" if _direction(index, row, target) is Direction.HIGHER else "<"
    if index.kind(row) is MetricKind.EXACT:
        return f"{sign} {exact(bound, unit)}"
    return f"{sign} {scale_for((bound,), unit).declared(bound)}"


def reached(index: Index, row: VerdictRecord) -> str:
    """What was measured, with its interval where there is one; exact ones are certain."""
    if index.kind(row) is MetricKind.EXACT:
        return exact(row.after, index.unit(row))
    measured = _measured(index, row)
    low, high = (measured.low, measured.high) if measured else (None, None)
    return with_interval(row.after, low, high, index.unit(row))


def _missed(index: Index, rows: list[VerdictRecord]) -> list[Row]:
    """Rows of missed targets; those on the first screen of the section get a drawing."""
    body = []
    for rank, row in enumerate(rows):
        cells = list(_cells(index, row))
        if rank < SHOWN_ROWS:
            cells[-2] = Cell(chart=_bar(index, row))
        body.append(Row(tuple(cells), row.verdict_id, "target"))
    return body


def _cells(index: Index, row: VerdictRecord) -> tuple[Cell, ...]:
    missed = row.verdict is Verdict.MISSED
    return (
        Cell(shorten(row.benchmark), index.case_label(row.case_id)),
        Cell(metric_title(row.metric)),
        Cell(wanted(index, row)),
        Cell(reached(index, row), tone=Tone.WORSE if missed else Tone.PLAIN),
        Cell(),
        Cell(_note(index, row)),
    )


def _met(index: Index, rows: list[VerdictRecord]) -> list[Row]:
    """One row per benchmark and target, with the case that came nearest to missing it."""
    groups: dict[tuple[str, str, float | None], list[VerdictRecord]] = {}
    for row in rows:
        groups.setdefault((row.benchmark, row.metric, row.target), []).append(row)
    body = []
    for (benchmark, metric, _), members in groups.items():
        nearest = _nearest(index, members)
        held = [row for row in index.targets if (row.benchmark, row.metric) == (benchmark, metric)]
        cells = (
            Cell(shorten(benchmark), index.case_label(nearest.case_id)),
            Cell(metric_title(metric)),
            Cell(wanted(index, nearest)),
            Cell(reached(index, nearest), shorten(nearest.reason, 160)),
            Cell(f"{len(members):,} of {len(held):,}"),
        )
        body.append(Row(cells, nearest.verdict_id, "target"))
    return body


def _nearest(index: Index, rows: list[VerdictRecord]) -> VerdictRecord:
    higher = _direction(index, rows[0], index.target(rows[0])) is Direction.HIGHER
    sign = -1.0 if higher else 1.0
    return max(rows, key=lambda row: sign * (row.after if row.after is not None else 0.0))


def _direction(index: Index, row: VerdictRecord, target: TargetDefinition | None) -> Direction:
    return target.direction if target else index.direction(row.benchmark, row.metric)


def _measured(index: Index, row: VerdictRecord) -> Measurement | None:
    return index.by_case.get((row.case_id, row.metric))


def _bar(index: Index, row: VerdictRecord) -> Markup | None:
    measured = _measured(index, row)
    if measured is None or row.after is None or measured.low is None or measured.high is None:
        return None
    label = f"{reached(index, row)}, target {wanted(index, row)}"
    return charts.interval_bar(row.after, measured.low, measured.high, label, bound=row.target)


def _note(index: Index, row: VerdictRecord) -> str:
    measured = _measured(index, row)
    reason = percentiles.brief(measured) if measured and measured.reason == row.reason else ""
    said = [
        "critical" if row.critical else "",
        "beyond the acceptable range" if row.severe else "",
        shorten(reason or row.reason, 160),
    ]
    return "; ".join(part for part in said if part)
