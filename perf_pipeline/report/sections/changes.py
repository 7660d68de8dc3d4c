"""What got worse, what is suspected, what is still worse, what got better, what did not move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from markupsafe import Markup

from perf_pipeline.model import Direction, Ground, MetricKind, Verdict, VerdictRecord
from perf_pipeline.report import charts
from perf_pipeline.report.facts import OpenChange
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Fold, Part, Row, Section, Text, Tone, table
from perf_pipeline.report.tally import Outcome, outcome_of
from perf_pipeline.report.text import count, place, shorten
from perf_pipeline.report.units import change, percent, quantities, quantity
from perf_pipeline.report.words import is_for_the_worse, metric_title

NIGHTS = 30
FIGURES = (
    Column("Benchmark"),
    Column("Metric", short=True),
    Column("Before", figures=True),
    Column("Last night", figures=True),
    Column("Change (95% interval)", figures=True),
    Column(f"{NIGHTS} nights"),
)
JUDGED = (Outcome.WORSE, Outcome.BETTER, Outcome.UNCHANGED, Outcome.SUSPECTED)


def got_worse(index: Index) -> Section:
    """Changes for the worse, the clearest first."""
    rows = found(index, Outcome.WORSE)
    columns = (*FIGURES, Column("Since"), Column("Where the time went"))
    body = [
        Row((*figures(index, row), _since(index, row), where(index, row)), row.verdict_id)
        for row in rows
    ]
    parts = table("Got worse", columns, body)
    return Section("worse", "Got worse", _of(index, rows), parts, len(body))


def suspected(index: Index) -> Section:
    """What the history screen saw and nothing has confirmed."""
    rows = found(index, Outcome.SUSPECTED)
    columns = (*FIGURES, Column("Why it is not confirmed"))
    body = [
        Row((*figures(index, row), Cell(shorten(_unconfirmed(row.reason), 200))), row.verdict_id)
        for row in rows
    ]
    parts = table("Suspected, not confirmed", columns, body)
    return Section("suspected", "Suspected, not confirmed", _of(index, rows), parts, len(body))


def got_better(index: Index) -> Section:
    """Changes for the better, on the same evidence as those for the worse."""
    rows = found(index, Outcome.BETTER)
    body = [Row(figures(index, row), row.verdict_id) for row in rows]
    parts = table("Got better", FIGURES, body)
    return Section("better", "Got better", _of(index, rows), parts, len(body))


def still_worse(index: Index) -> Section:
    """Changes of earlier nights that nobody has fixed or accepted."""
    columns = (*FIGURES, Column("Age", figures=True), Column("State"), Column("Owner"))
    changes = sorted(index.facts.still_worse, key=lambda change: change.first_night)
    body = [_open(index, change) for change in changes]
    parts = table("Still worse", columns, body)
    return Section("still-worse", "Still worse from earlier nights", "", parts, len(body))


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
        *(Column(metric_title(name), figures=True) for name in metrics),
    )
    body = [_unmoved(index, case_id, cells, metrics) for case_id, cells in by_case.items()]
    note = Text("In brackets: the smallest change that the series would have shown.")
    parts: tuple[Part, ...] = (note, *table("Unchanged", columns, body, shown=100))
    summary = f"{len(rows):,} series of {count(len(by_case), 'case')}"
    return Section("unchanged", "Unchanged", "", (Fold(summary, parts),), len(rows))


def found(index: Index, outcome: Outcome) -> list[VerdictRecord]:
    """Changes of one outcome, by size of the effect over its noise."""
    rows = [row for row in index.changes if outcome_of(row) is outcome]
    return sorted(rows, key=_clarity, reverse=True)


def figures(index: Index, row: VerdictRecord, tone: Tone | None = None) -> tuple[Cell, ...]:
    """Benchmark, metric, before, after, change and sparkline of one change."""
    before, after = quantities((row.before, row.after), index.unit(row))
    tone = tone or tone_of(index, row)
    severe = "over its threshold" if row.severe and tone is not Tone.GOOD else ""
    return (
        name(index, row),
        Cell(metric_title(row.metric)),
        Cell(before),
        Cell(after),
        Cell(change_text(index, row), severe, tone),
        Cell(chart=spark(index, row, tone)),
    )


def name(index: Index, row: VerdictRecord) -> Cell:
    """The benchmark, and below it the case and the id of the verdict."""
    return Cell(shorten(row.benchmark), index.case_label(row.case_id))


def change_text(index: Index, row: VerdictRecord) -> str:
    """The change with its interval; signed metrics change in their own unit."""
    unit = _change_unit(index, row)
    return change(row.change_percent, row.low_percent, row.high_percent, unit=unit)


def tone_of(index: Index, row: VerdictRecord) -> Tone:
    """Red or green for what is confirmed; a suspicion has no colour."""
    direction = index.direction(row.benchmark, row.metric)
    if row.verdict not in (Verdict.WORSE, Verdict.BETTER) or direction is Direction.NONE:
        return Tone.PLAIN
    return Tone.WORSE if row.verdict is Verdict.WORSE else Tone.GOOD


def where(index: Index, row: VerdictRecord) -> Cell:
    """The function that holds most of the extra cost."""
    cause = index.cause(row)
    if cause is None:
        return Cell("not profiled on both sides", tone=Tone.QUIET)
    if cause.functions > 1:
        return Cell(f"spread over {cause.functions} functions", cause.note)
    unit = index.unit(row)
    extra = "" if cause.extra is None else f" {change(cause.extra, None, None, unit=unit)}"
    return Cell(f"{shorten(cause.function, 60)}{extra}", place(cause.file, cause.line))


def spark(
    index: Index, row: VerdictRecord, tone: Tone, first_night: date | None = None
) -> Markup | None:
    """The last nights of the series with tonight; the step coloured when it is confirmed."""
    points = index.earlier(row.case_key, row.metric)[-(NIGHTS - 1) :]
    if not points or row.after is None:
        return None
    cause = index.cause(row)
    since = first_night or (cause.first_night if cause else None)
    step = sum(point.night < since for point in points) if since else len(points)
    before, after = quantities((row.before, row.after), index.unit(row))
    nights = count(len(points) + 1, "night")
    label = f"{metric_title(row.metric)} over {nights}: {before} before, {after} last night"
    values = [*(point.value for point in points), row.after]
    colour = charts.GOOD if tone is Tone.GOOD else charts.WORSE
    return charts.sparkline(
        values, label, step_at=None if tone is Tone.PLAIN else step, colour=colour
    )


def _change_unit(index: Index, row: VerdictRecord) -> str:
    return index.unit(row) if index.kind(row) is MetricKind.SIGNED else "%"


def _open(index: Index, open_change: OpenChange) -> Row:
    row = open_change.verdict
    nights = (index.facts.start.night - open_change.first_night).days
    cells = figures(index, row, Tone.WORSE)
    drawn = Cell(chart=spark(index, row, Tone.WORSE, open_change.first_night))
    extra = (
        Cell(count(nights, "night")),
        Cell(row.state.value.replace("_", " ")),
        Cell(shorten(open_change.owner) or "nobody"),
    )
    return Row((*cells[:-1], drawn, *extra), row.verdict_id)


def _since(index: Index, row: VerdictRecord) -> Cell:
    cause = index.cause(row)
    return Cell(shorten(cause.since, 80) if cause and cause.since else "last night")


def _unmoved(
    index: Index, case_id: str, cells: dict[str, VerdictRecord], metrics: Iterable[str]
) -> Row:
    first = next(iter(cells.values()))
    shown = [Cell(_seemed(index, cells[metric]) if metric in cells else "") for metric in metrics]
    return Row((name(index, first), *shown), case_id)


def _seemed(index: Index, row: VerdictRecord) -> str:
    """How far a series seemed to move, and in brackets what it would have shown."""
    unit = _change_unit(index, row)
    moved = change(row.change_percent, None, None, unit=unit)
    least = row.detectable_percent
    shows = "" if least is None else percent(least) if unit == "%" else quantity(least, unit)
    ground = " by A/B" if row.ground is Ground.AB else ""
    return f"{moved} ({shows}){ground}" if shows else f"{moved}{ground}"


def _unconfirmed(reason: str) -> str:
    return reason.removeprefix("not confirmed:").strip() or "no second arm was run"


def _clarity(row: VerdictRecord) -> float:
    """Effect over noise: a wide interval ranks below a narrow one of the same size."""
    size = abs(row.change_percent or 0.0)
    if row.low_percent is None or row.high_percent is None:
        return size
    return size / max((row.high_percent - row.low_percent) / 2, 1e-3)


def _of(index: Index, rows: list[VerdictRecord]) -> str:
    compared = sum(outcome_of(row) in JUDGED for row in index.changes)
    return f"{len(rows):,} of {compared:,} compared"


def goes_worse(index: Index, row: VerdictRecord) -> bool:
    """Whether a change, confirmed or not, is an unwelcome one."""
    direction = index.direction(row.benchmark, row.metric)
    return is_for_the_worse(row.change_percent or 0.0, direction)
