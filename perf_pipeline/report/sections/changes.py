"""What got worse, what is suspected, what is still worse, what got better."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from perf_pipeline.model import Direction, MetricKind, Verdict, VerdictRecord
from perf_pipeline.report import charts
from perf_pipeline.report.facts import OpenChange
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Row, Section, Tone, table
from perf_pipeline.report.tally import Outcome, outcome_of
from perf_pipeline.report.text import count, place, shorten
from perf_pipeline.report.units import change, quantities
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
CHANGE_IN = {MetricKind.SIGNED: "of wall time", MetricKind.PROPORTION: "percentage points"}
"""What a change is a percentage of, where it is not of the value before."""
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
    columns = (*FIGURES, Column("What the history says"))
    body = [
        Row(
            (*figures(index, row), Cell(shorten(row.reason.removeprefix("not confirmed: "), 200))),
            row.verdict_id,
        )
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


def found(index: Index, outcome: Outcome) -> list[VerdictRecord]:
    """Changes of one outcome, by size of the effect over its noise."""
    rows = [row for row in index.changes if outcome_of(row) is outcome]
    return sorted(rows, key=_clarity, reverse=True)


def figures(index: Index, row: VerdictRecord, tone: Tone | None = None) -> tuple[Cell, ...]:
    """Benchmark, metric, before, after, change and sparkline of one change."""
    before, after = quantities((row.before, row.after), index.unit(row))
    tone = tone or tone_of(index, row)
    severe = "over its threshold" if row.severe and tone is not Tone.GOOD else ""
    notes = [note for note in (CHANGE_IN.get(index.kind(row), ""), severe) if note]
    return (
        name(index, row),
        Cell(metric_title(row.metric)),
        Cell(before),
        Cell(after),
        Cell(change_text(row), ", ".join(notes), tone),
        Cell(chart=spark(index, row, tone)),
    )


def name(index: Index, row: VerdictRecord) -> Cell:
    """The benchmark, and below it the case and the id of the verdict."""
    return Cell(shorten(row.benchmark), index.case_label(row.case_id))


def change_text(row: VerdictRecord) -> str:
    """The change with its interval."""
    return change(row.change_percent, row.low_percent, row.high_percent)


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
        return Cell(f"spread over {cause.functions} functions", shorten(cause.note))
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


def _history(row: VerdictRecord) -> Cell:
    return Cell(shorten(row.reason.removeprefix("not confirmed: "), 200))


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
