"""What got worse, what is suspected, what is still worse, what got better."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from markupsafe import Markup

from perf_pipeline.analysis.ab import AbRule
from perf_pipeline.model import Direction, MetricKind, State, Verdict, VerdictRecord
from perf_pipeline.report import charts, commands
from perf_pipeline.report.facts import OpenChange
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Row, Section, Tone, table
from perf_pipeline.report.ranking import weight
from perf_pipeline.report.sections.answers import answer_text, state_text
from perf_pipeline.report.sentence import like
from perf_pipeline.report.tally import Outcome, outcome_of
from perf_pipeline.report.text import count, place, shorten
from perf_pipeline.report.units import change
from perf_pipeline.report.words import is_for_the_worse, metric_title

CAMPAIGNS = 30
SCREENED = 95.0
COMPARED = 100 * (1 - AbRule().alpha)
"""Percent: the interval of an A/B counts every look at the data."""


CHANGE_IN = {MetricKind.SIGNED: "of wall time", MetricKind.PROPORTION: "percentage points"}
"""What a change is a percentage of, where it is not of the value before."""
JUDGED = (
    Outcome.WORSE,
    Outcome.STILL_WORSE,
    Outcome.BETTER,
    Outcome.UNCHANGED,
    Outcome.SUSPECTED,
)


def columns(level: float) -> tuple[Column, ...]:
    """Of `figures`, with the level of the interval in percent."""
    return (
        Column("Benchmark"),
        Column("Metric", short=True),
        Column("Before", figures=True),
        Column("Last night", figures=True),
        Column(f"Change ({level:g}% interval)", figures=True),
        Column(f"{CAMPAIGNS} campaigns"),
    )


def got_worse(index: Index) -> Section:
    """Changes for the worse that are new tonight, the weightiest first."""
    rows = found(index, Outcome.WORSE)
    explained = any(index.cause(row) for row in rows)
    heads = (Column("Since"), Column("Where the time went"))[: 2 if explained else 1]
    body = [
        _row(index, row, figures(index, row), _since(index, row), where(index, row)) for row in rows
    ]
    shown = [replace(row, cells=row.cells[: 6 + len(heads)]) for row in body]
    parts = table("Got worse", (*columns(COMPARED), *heads), shown)
    return Section("worse", "Got worse", _of(index, rows), parts, len(body))


def suspected(index: Index) -> Section:
    """What the history screen saw and nothing has confirmed."""
    rows = found(index, Outcome.SUSPECTED)
    heads = (*columns(SCREENED), Column("What the history says"))
    body = [_row(index, row, figures(index, row), _history(index, row)) for row in rows]
    parts = table("Suspected, not confirmed", heads, body)
    return Section("suspected", "Suspected, not confirmed", _of(index, rows), parts, len(body))


def got_better(index: Index) -> Section:
    """Changes for the better, on the same evidence as those for the worse."""
    rows = found(index, Outcome.BETTER)
    body = [_row(index, row, figures(index, row), _since(index, row)) for row in rows]
    parts = table("Got better", (*columns(COMPARED), Column("Since")), body)
    return Section("better", "Got better", _of(index, rows), parts, len(body))


def still_worse(index: Index) -> Section:
    """Changes of earlier nights that nobody has fixed or accepted, the oldest first."""
    owned = any(change.owner for change in index.facts.still_worse)
    heads = (*columns(COMPARED), Column("Age", figures=True), Column("Since"), Column("Owner"))
    heads = heads if owned else heads[:-1]
    changes = list(index.facts.still_worse)
    changes.sort(key=lambda change: _weight(change.verdict), reverse=True)
    changes.sort(key=lambda change: change.first_night)
    rows = [_open(index, change) for change in changes]
    body = [replace(row, cells=row.cells[: len(heads)]) for row in rows]
    parts = table("Still worse", heads, body)
    return Section("still-worse", "Still worse from earlier nights", "", parts, len(body))


def mended(index: Index) -> Section:
    """Changes of earlier nights that are fixed, or went away, as of tonight."""
    rows = [row for row in index.changes if row.state in (State.FIXED, State.WENT_AWAY)]
    heads = (*columns(COMPARED)[:5], Column("What became of it"))
    body = [
        Row(
            (*figures(index, row)[:5], Cell(state_text(row), shorten(row.reason, 200))),
            row.change_id or row.verdict_id,
            "change",
        )
        for row in rows
    ]
    parts = table("Fixed or gone", heads, body)
    return Section("mended", "Fixed or gone", "", parts, len(body))


def found(index: Index, outcome: Outcome) -> list[VerdictRecord]:
    """Changes of one outcome, the weightiest first."""
    rows = [row for row in index.changes if outcome_of(row, index.known) is outcome]
    return sorted(rows, key=_weight, reverse=True)


def figures(index: Index, row: VerdictRecord, tone: Tone | None = None) -> tuple[Cell, ...]:
    """Benchmark, metric, before, after, change and sparkline of one change."""
    before, after = index.shown(row, row.before, row.after)
    tone = tone or tone_of(index, row)
    severe = "over its threshold" if row.severe and tone is not Tone.GOOD else ""
    notes = [note for note in (CHANGE_IN.get(index.kind(row), ""), severe) if note]
    return (
        name(index, row),
        Cell(metric_title(row.metric)),
        Cell(before),
        Cell(after),
        Cell(change_text(index, row), ", ".join(notes), tone),
        Cell(chart=spark(index, row, tone)),
    )


def name(index: Index, row: VerdictRecord) -> Cell:
    """The benchmark, and below it the case and the id of the verdict."""
    return Cell(shorten(row.benchmark), index.case_label(row.case_id))


def change_text(index: Index, row: VerdictRecord) -> str:
    """The change with its interval; `differs` where a value has no size, as a hash has none."""
    exact = index.kind(row) is MetricKind.EXACT
    if exact and index.direction(row.benchmark, row.metric) is Direction.NONE:
        return "differs"
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
    """The last campaigns of the series with tonight; the step coloured when it is confirmed."""
    points = index.earlier(row.case_key, row.metric)[-(CAMPAIGNS - 1) :]
    if not points or row.after is None:
        return None
    cause = index.cause(row)
    since = first_night or (cause.first_night if cause else None)
    step = sum(point.night < since for point in points) if since else len(points)
    before, after = index.shown(row, row.before, row.after)
    over = count(len(points) + 1, "campaign")
    label = f"{metric_title(row.metric)} over {over}: {before} before, {after} last night"
    values = [*(point.value for point in points), row.after]
    colour = charts.GOOD if tone is Tone.GOOD else charts.WORSE
    return charts.sparkline(
        values, label, step_at=None if tone is Tone.PLAIN else step, colour=colour
    )


def _row(index: Index, row: VerdictRecord, shown: tuple[Cell, ...], *more: Cell) -> Row:
    """A row under the id that `changes accept` takes, with the commands about it."""
    first = replace(shown[0], commands=commands.on_change(index.facts, row))
    return Row((first, *shown[1:], *more), row.change_id or row.verdict_id, "change")


def _open(index: Index, open_change: OpenChange) -> Row:
    row = open_change.verdict
    nights = (index.facts.start.night - open_change.first_night).days
    cells = figures(index, row, Tone.WORSE)
    drawn = Cell(chart=spark(index, row, Tone.WORSE, open_change.first_night))
    untested = "" if row.verdict is Verdict.WORSE else shorten(row.reason, 160)
    notes = filter(None, (answer_text(index, row), untested))
    return _row(
        index,
        row,
        (*cells[:-1], drawn),
        Cell(count(nights, "night") if nights else "today"),
        Cell(shorten(row.cause, 120), "; ".join(notes)),
        Cell(shorten(open_change.owner)),
    )


def _since(index: Index, row: VerdictRecord) -> Cell:
    """Between which revisions, with which files; the finding it belongs to, and who answered."""
    cause = index.cause(row)
    known = cause.since if cause and cause.since else row.cause
    notes = (_in_finding(index, row), answer_text(index, row))
    return Cell(shorten(known, 120) or "last night", "; ".join(filter(None, notes)))


def _in_finding(index: Index, row: VerdictRecord) -> str:
    finding = index.findings.get(row.finding_id)
    more = like(index, finding) if finding else ""
    return f"finding {row.finding_id} of {count(finding.n, 'change')}" if finding and more else ""


def _history(index: Index, row: VerdictRecord) -> Cell:
    said = shorten(row.reason.removeprefix("not confirmed: "), 200)
    return Cell(said, answer_text(index, row))


def _weight(row: VerdictRecord) -> tuple[float, float]:
    return weight(row.change_percent, row.low_percent, row.high_percent)


def _of(index: Index, rows: list[VerdictRecord]) -> str:
    compared = sum(outcome_of(row, index.known) in JUDGED for row in index.changes)
    return f"{len(rows):,} of {compared:,} compared"


def goes_worse(index: Index, row: VerdictRecord) -> bool:
    """Whether a change, confirmed or not, is an unwelcome one."""
    direction = index.direction(row.benchmark, row.metric)
    return is_for_the_worse(row.change_percent or 0.0, direction)
