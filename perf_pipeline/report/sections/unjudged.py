"""What gave no verdict, and why: failures, thin evidence, cases left out, days not run."""

from __future__ import annotations

from perf_pipeline.model import BenchmarkRecord, Day, TrialStatus, Verdict, VerdictRecord
from perf_pipeline.report.facts import Fault
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Part, Row, Section, Text, Tone, table
from perf_pipeline.report.percentiles import lacking
from perf_pipeline.report.tally import Outcome, Tally, days_of, outcome_of
from perf_pipeline.report.text import MESSAGE_LIMIT, count, shorten, some, tail
from perf_pipeline.report.units import duration
from perf_pipeline.report.words import DAY_TITLES, STATUS_WORDS, VERDICT_WORDS

FAULTS = (Column("Benchmark"), Column("Status", short=True), Column("What happened"))
REASONS = (
    Column("Verdict", short=True),
    Column("Why"),
    Column("Series", figures=True),
    Column("Benchmarks"),
)
SKIPPED = (Column("Benchmark"), Column("Left out", figures=True), Column("Why"))
PLANNED = (Column("Benchmark"), Column("Question"), Column("Why"), Column("Cost", figures=True))
UNCLEAR = (Outcome.INCONCLUSIVE, Outcome.NOT_COMPARABLE, Outcome.NOT_MEASURED)


def unjudged(index: Index, counts: Tally) -> Section:
    """Failures with the last words of each, then reasons, then what this budget leaves out."""
    faults = [_fault(index, fault) for fault in counts.missing]
    reasons = _reasons(index)
    skipped = _skipped(index)
    parts = (
        *_titled("Gave no result", table("Gave no result", FAULTS, faults)),
        *_titled("No verdict", (*table("No verdict", REASONS, reasons), *_percentiles(index))),
        *_titled("Planned, not reached", table("Planned, not reached", PLANNED, _planned(index))),
        *_titled("Not in this budget", table("Not in this budget", SKIPPED, skipped)),
        *_days(index),
    )
    missing = len(counts.missing_names)
    note = f"{missing:,} of {count(counts.planned, 'benchmark')} gave no result" if missing else ""
    size = len(faults) + len(reasons)
    return Section("not-judged", "Not judged, and why", note, parts, size)


def _titled(title: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return (Text(title, "heading"), *parts) if parts else ()


def _fault(index: Index, fault: Fault) -> Row:
    record = index.benchmarks.get(fault.benchmark)
    tone = Tone.QUIET if fault.status is TrialStatus.SKIPPED else Tone.WORSE
    cells = (
        Cell(shorten(fault.benchmark), shorten(record.component) if record else ""),
        Cell(STATUS_WORDS[fault.status], tone=tone),
        Cell(shorten(fault.message, MESSAGE_LIMIT), log=tail(fault.log_tail)),
    )
    return Row(cells)


def _reasons(index: Index) -> list[Row]:
    """One row per reason: a first night would otherwise say the same of every series."""
    groups: dict[tuple[Verdict, str], list[VerdictRecord]] = {}
    for row in index.changes:
        if outcome_of(row, index.known) in UNCLEAR:
            groups.setdefault((row.verdict, row.reason), []).append(row)
    ranked = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [_reason(verdict, reason, rows) for (verdict, reason), rows in ranked]


def _reason(verdict: Verdict, reason: str, rows: list[VerdictRecord]) -> Row:
    names = tuple(dict.fromkeys(row.benchmark for row in rows))
    cells = (
        Cell(VERDICT_WORDS[verdict]),
        Cell(shorten(reason, MESSAGE_LIMIT)),
        Cell(f"{len(rows):,}"),
        Cell(some(names, 5)),
    )
    own_id = rows[0].change_id or rows[0].verdict_id
    return Row(cells, own_id if len(rows) == 1 else "", "change")


def _planned(index: Index) -> list[Row]:
    """Comparisons that the time did not reach, in the order planned."""
    return [
        Row(
            (
                Cell(shorten(item.benchmark), index.case_label(item.case_id)),
                Cell(shorten(item.question)),
                Cell(shorten(item.reason, 160)),
                Cell(duration(item.cost_s)),
            )
        )
        for item in sorted(index.facts.not_reached, key=lambda item: item.rank)
    ]


def _percentiles(index: Index) -> tuple[Part, ...]:
    said = lacking(index)
    return (Text(said),) if said else ()


def _skipped(index: Index) -> list[Row]:
    budget = index.facts.start.budget
    return [
        _left_out(record, budget)
        for record in index.benchmarks.values()
        if any(not case.in_budget for case in record.cases)
    ]


def _left_out(record: BenchmarkRecord, budget: str) -> Row:
    left = sum(not case.in_budget for case in record.cases)
    return Row(
        (
            Cell(shorten(record.name), shorten(record.component)),
            Cell(f"{left:,} of {count(len(record.cases), 'case')}"),
            Cell(f"skipped: not in {shorten(budget)}"),
        )
    )


def _days(index: Index) -> tuple[Part, ...]:
    left = [DAY_TITLES[day] for day in Day if day not in days_of(index.facts)]
    if not left:
        return ()
    return (Text(f"Days that this campaign did not run: {', '.join(left)}."),)
