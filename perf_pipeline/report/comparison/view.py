"""The page of a comparison, as finished text in the order in which it is read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from perf_pipeline.model import MetricKind, Verdict
from perf_pipeline.report import charts
from perf_pipeline.report.comparison.chart import block_chart
from perf_pipeline.report.comparison.facts import ComparedCase, ComparedMetric, ComparisonFacts
from perf_pipeline.report.comparison.method import method
from perf_pipeline.report.comparison.rows import (
    both_values,
    change_text,
    difference_text,
    metric_text,
    note_text,
    seen_text,
)
from perf_pipeline.report.comparison.sentence import compared
from perf_pipeline.report.page import Cell, Column, Part, Row, Section, Text, Tone, table
from perf_pipeline.report.ranking import weight
from perf_pipeline.report.sentence import Headline
from perf_pipeline.report.text import MESSAGE_LIMIT, count, shorten, some
from perf_pipeline.report.units import duration

TONES = {Verdict.WORSE: Tone.WORSE, Verdict.BETTER: Tone.GOOD}
COLOURS = {Verdict.WORSE: charts.WORSE, Verdict.BETTER: charts.GOOD}
TITLES = (
    (Verdict.WORSE, "worse", "Worse"),
    (Verdict.BETTER, "better", "Better"),
    (Verdict.INCONCLUSIVE, "inconclusive", "Inconclusive"),
    (Verdict.UNCHANGED, "unchanged", "Unchanged"),
)
SHOWN = 40
SHOWN_FAILURES = 3
REFUSALS = (Column("Why"), Column("Cases", figures=True), Column("Which"))


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """What the template needs; `sections` are whole, those with nothing to show are left out."""

    title: str
    context: str
    headline: Headline
    trust: str
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str


def build_view(facts: ComparisonFacts) -> ComparisonView:
    """Everything that is said of a comparison."""
    return ComparisonView(
        title=f"{shorten(facts.run.suite)}: {facts.b.label} against {facts.a.label}",
        context=_context(facts),
        headline=compared(facts),
        trust=_trust(facts),
        notices=_notices(facts),
        sections=tuple(one for one in _sections(facts) if one.shown),
        footer=_footer(facts),
    )


def _context(facts: ComparisonFacts) -> str:
    run = facts.run
    parts = (
        shorten(run.suite),
        f"A {shorten(facts.a.label)}",
        f"B {shorten(facts.b.label)}",
        shorten(run.machine.name),
        run.night.isoformat(),
    )
    return " · ".join(parts)


def _trust(facts: ComparisonFacts) -> str:
    """What the verdicts rest on, in one paragraph."""
    blocks = sum(case.number_of_blocks for case in facts.cases)
    spent = sum(case.duration_s for case in facts.cases)
    wrong = f"at most {1000 * facts.alpha:g} in 1,000 metrics"
    return (
        f"{count(blocks, 'block')} of two fresh processes, A and B next to each other, "
        f"in {duration(spent)}. Where nothing differs, {wrong} is called worse or better."
    )


def _notices(facts: ComparisonFacts) -> tuple[str, ...]:
    """What a reader must know before anything else."""
    said = [
        f"{shorten(case.benchmark)} could not be compared: {shorten(case.refusal, 200)}"
        for case in facts.refused
        if case.failed
    ][:SHOWN_FAILURES]
    if facts.left:
        said.append(f"Stopped before the end. Not compared: {some(facts.left, 5)}.")
    differing = [case.benchmark for case in facts.measured if case.output == "differ"]
    if differing:
        names = some(tuple(dict.fromkeys(differing)), 5)
        said.append(f"Both arms returned different results in {names}: look at that first.")
    return tuple(said)


def _sections(facts: ComparisonFacts) -> Iterable[Section]:
    for verdict, anchor, title in TITLES:
        yield _verdicts(facts, verdict, anchor, title)
    yield _not_compared(facts)
    yield _differences(facts)
    yield method(facts)


def _verdicts(facts: ComparisonFacts, verdict: Verdict, anchor: str, title: str) -> Section:
    """What moved by its weight, the rest in the order measured."""
    found = [
        (case, row) for case in facts.measured for row in case.metrics if row.verdict is verdict
    ]
    if verdict in TONES:
        found.sort(key=lambda one: _weight(one[1]), reverse=True)
    columns, body = _filled(
        (
            Column("Benchmark"),
            Column("Metric", short=True),
            Column("A", figures=True),
            Column("B", figures=True),
            Column(f"Change ({100 * (1 - facts.alpha):g}% interval)", figures=True),
            Column("Every block"),
            Column("Blocks", figures=True),
            Column("Would have shown", figures=True),
            Column("Note"),
        ),
        [_row(facts, case, row) for case, row in found],
    )
    total = sum(len(case.metrics) for case in facts.measured)
    name = "False alarms" if facts.same_asked and verdict in TONES and body else title
    note = f"{len(body):,} of {count(total, 'metric')}"
    return Section(anchor, name, note, table(name, columns, body, shown=SHOWN), len(body))


def _filled(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[list[Column], list[Row]]:
    """Without the columns in which no row has anything."""
    kept = [
        place for place in range(len(columns)) if any(row.cells[place] != Cell() for row in rows)
    ]
    return [columns[place] for place in kept], [
        replace(row, cells=tuple(row.cells[place] for place in kept)) for row in rows
    ]


def _row(facts: ComparisonFacts, case: ComparedCase, row: ComparedMetric) -> Row:
    before, after = both_values(row)
    cells = (
        Cell(shorten(case.benchmark), shorten(case.case.label)),
        Cell(metric_text(row)),
        Cell(before),
        Cell(after),
        Cell(change_text(row), difference_text(row), TONES.get(row.verdict, Tone.PLAIN)),
        Cell(chart=_chart(facts, case, row)),
        Cell(f"{row.blocks:,}"),
        Cell(seen_text(row)),
        Cell(note_text(row) or shorten(case.note, 200)),
    )
    return Row(cells, case.comparison_id, "comparison")


def _chart(facts: ComparisonFacts, case: ComparedCase, row: ComparedMetric) -> Markup:
    blocks = [block for block in case.blocks if block.metric == row.metric.name]
    effects = [block.effect for block in blocks if block.effect is not None]
    interval = _interval(row)
    label = (
        f"{metric_text(row)} of {len(effects):,} blocks, "
        f"{shorten(facts.b.label)} against {shorten(facts.a.label)}: {change_text(row)}"
    )
    return block_chart(effects, interval, label, COLOURS.get(row.verdict, "currentColor"))


def _interval(row: ComparedMetric) -> tuple[float, float, float] | None:
    """Low, estimate and high on the scale of the blocks' effects."""
    ends = (row.low_percent, row.change_percent, row.high_percent)
    if row.metric.kind is MetricKind.EXACT or None in ends:
        return None
    low, middle, high = (float(end or 0.0) / 100 for end in ends)
    if row.metric.kind is MetricKind.POSITIVE:
        return math.log1p(low), math.log1p(middle), math.log1p(high)
    return low, middle, high


def _not_compared(facts: ComparisonFacts) -> Section:
    groups: dict[str, list[str]] = {}
    for case in facts.refused:
        groups.setdefault(case.refusal, []).append(f"{case.benchmark} {case.case.label}".strip())
    rows = [
        Row((Cell(shorten(why, MESSAGE_LIMIT)), Cell(f"{len(which):,}"), Cell(some(which, 6))))
        for why, which in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]
    note = f"{len(facts.refused):,} of {count(len(facts.cases), 'case')}"
    return Section(
        "not-compared", "Not compared", note, table("Not compared", REFUSALS, rows), len(rows)
    )


def _differences(facts: ComparisonFacts) -> Section:
    known = dict.fromkeys(one for case in facts.cases for one in case.differences)
    parts: tuple[Part, ...] = tuple(Text(shorten(one, 300)) for one in known)
    return Section("differences", "What differs between A and B", "", parts, len(parts))


def _footer(facts: ComparisonFacts) -> str:
    written = facts.written_at.strftime("%Y-%m-%d %H:%M %Z").strip()
    return f"Campaign {shorten(facts.run.campaign_id)}, written {written}. Numbers: compare.json."


def _weight(row: ComparedMetric) -> tuple[float, float]:
    return weight(row.change_percent, row.low_percent, row.high_percent)
