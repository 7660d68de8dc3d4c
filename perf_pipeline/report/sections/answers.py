"""What people said of changes: beside the rows, and all of it in one table."""

from __future__ import annotations

from perf_pipeline.model import Event, EventKind, State, Subject, VerdictRecord
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Row, Section, table
from perf_pipeline.report.text import shorten
from perf_pipeline.report.words import metric_title

SAID = {EventKind.ACCEPT: "accepted", EventKind.DISPUTE: "disputed"}
ANSWERED = (
    Column("Benchmark"),
    Column("Metric", short=True),
    Column("Answer", short=True),
    Column("Why"),
    Column("When", short=True),
)


def answer_text(index: Index, row: VerdictRecord) -> str:
    """The newest answer to a change: `accepted by Ada: the new index is worth it`."""
    told = [event for event in index.answers(row) if event.kind in SAID]
    return _told(told[-1]) if told else ""


def answered(index: Index) -> Section:
    """Every change of tonight that somebody accepted or disputed, with the reason."""
    rows = [
        Row(
            (
                Cell(shorten(row.benchmark), index.case_label(row.case_id)),
                Cell(metric_title(row.metric)),
                Cell(f"{SAID[event.kind]} by {shorten(event.author, 40)}"),
                Cell(shorten(event.reason, 200)),
                Cell(event.recorded_at.strftime("%Y-%m-%d")),
            ),
            row.change_id,
            "change",
        )
        for row in index.facts.verdicts
        if row.subject is Subject.CHANGE and (row.change_id or row.finding_id)
        for event in index.answers(row)
        if event.kind in SAID
    ]
    parts = table("Accepted and disputed", ANSWERED, rows)
    return Section("answered", "Accepted and disputed", "", parts, len(rows))


def state_text(row: VerdictRecord) -> str:
    """What became of a change over nights, as a reader sees it."""
    return "" if row.state is State.NONE else row.state.value.replace("_", " ")


def _told(event: Event) -> str:
    return f"{SAID[event.kind]} by {shorten(event.author, 40)}: {shorten(event.reason, 120)}"
