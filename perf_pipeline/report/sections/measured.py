"""Every figure of the night, day by day: case by metric, with interval and trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from perf_pipeline.model import BenchmarkRecord, Day, Measurement, MetricKind, TrialStatus
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Fold, Part, Row, Section, Text, Tone, table
from perf_pipeline.report.percentiles import brief
from perf_pipeline.report.tally import days_of
from perf_pipeline.report.text import count, shorten
from perf_pipeline.report.units import NOT_AVAILABLE, duration, exact, scale_for
from perf_pipeline.report.words import (
    DAY_TITLES,
    STATUS_WORDS,
    day_number,
    metric_title,
    shown_unit,
)

FIGURES_SHOWN = 1_450
"""Some 100 bytes each; the rest of a large suite is in report.json and in SQL."""

ONE_CASE = (
    Column("Metric"),
    Column("Value", figures=True),
    Column("95% interval", figures=True),
    Column("Trials", figures=True),
    Column("Values", figures=True),
    Column("Note"),
)


def measured(index: Index) -> Section:
    """One fold per day, one table per benchmark."""
    by_benchmark: dict[str, list[Measurement]] = {}
    for row in index.facts.measurements:
        by_benchmark.setdefault(row.benchmark, []).append(row)
    shown = set(_within(by_benchmark))
    left = len(by_benchmark) - len(shown)
    kept = {name: rows for name, rows in by_benchmark.items() if name in shown}
    parts = [part for day in days_of(index.facts) for part in _day(index, day, kept)]
    if left:
        parts.append(Text(f"{count(left, 'more benchmark')}: in report.json and in SQL."))
    note = f"{len(index.facts.measurements):,} measurements" if parts else ""
    size = len(index.facts.measurements)
    return Section("measurements", "Measurements per day", note, tuple(parts), size)


def _within(rows: dict[str, list[Measurement]]) -> Iterator[str]:
    """The benchmarks whose tables still fit on a page that must stay small."""
    figures_left = FIGURES_SHOWN
    for name, found in rows.items():
        figures_left -= len(found)
        if figures_left >= 0:
            yield name


def _day(index: Index, day: Day, rows: dict[str, list[Measurement]]) -> list[Part]:
    records = [record for record in index.benchmarks.values() if record.day is day]
    kept = [record for record in records if record.name in rows]
    if not kept:
        return []
    parts = [part for record in kept for part in _benchmark(index, record, rows[record.name])]
    number = f"{len(kept)} of {count(len(records), 'benchmark')}{_took(index, kept)}"
    return [Fold(f"Day {day_number(day)}, {DAY_TITLES[day]}: {number}", tuple(parts))]


def _took(index: Index, records: list[BenchmarkRecord]) -> str:
    """How long their trials really ran, where that is known."""
    names = {record.name for record in records}
    spent = [row.duration_s for row in index.facts.attempts if row.benchmark in names]
    return f" in {duration(sum(spent))} of trials" if spent else ""


def _benchmark(index: Index, record: BenchmarkRecord, rows: list[Measurement]) -> list[Part]:
    said = [record.name, record.title if record.title != record.name else "", record.component]
    cases = tuple(dict.fromkeys(row.case_id for row in rows))
    said += [f"case {cases[0]}"] if len(cases) == 1 else []
    heading = Text(", ".join(shorten(part) for part in said if part), "heading")
    name = shorten(record.name)
    if len(cases) == 1:
        return [heading, *table(name, ONE_CASE, [_metric(row) for row in rows], shown=30)]
    metrics = tuple(dict.fromkeys(row.metric.name for row in rows))
    titles = {row.metric.name: _title(row) for row in rows}
    columns = [Column("Case"), *(Column(titles[name], figures=True) for name in metrics)]
    columns.append(Column("Trials", figures=True))
    body = [_case(index, case_id, metrics, rows) for case_id in cases]
    return [heading, *table(name, columns, body, shown=30)]


def _metric(row: Measurement) -> Row:
    """One metric of a benchmark that has a single case."""
    value, interval = figures(row)
    cells = (
        Cell(_title(row)),
        Cell(value, tone=Tone.PLAIN if row.value is not None else Tone.QUIET),
        Cell(interval),
        Cell(f"{row.trials} of {row.trials_started}"),
        Cell(f"{row.n:,}"),
        Cell("; ".join([*([shorten(brief(row), 160)] if row.reason else []), *flags(row)])),
    )
    return Row(cells)


def _case(index: Index, case_id: str, metrics: Sequence[str], rows: Sequence[Measurement]) -> Row:
    """One case of a grid: a column per metric."""
    mine = {row.metric.name: row for row in rows if row.case_id == case_id}
    trials = min(row.trials for row in mine.values())
    started = max(row.trials_started for row in mine.values())
    cells = (_figure(mine[name]) if name in mine else Cell() for name in metrics)
    label = Cell(index.case_label(case_id))
    return Row((label, *cells, Cell(f"{trials} of {started}")), case_id, "case")


def _figure(row: Measurement) -> Cell:
    value, interval = figures(row)
    if row.value is None:
        said = value if row.status is TrialStatus.OK else STATUS_WORDS[row.status]
        return Cell(said, shorten(row.reason, 80), Tone.QUIET)
    note = interval or shorten(brief(row), 80)
    return Cell(value, ", ".join([*([note] if note else []), *flags(row)]))


def figures(row: Measurement) -> tuple[str, str]:
    """The value and its interval, `not measured` and nothing when there is none.

    Exact ones are certain: all their digits, no interval.
    """
    if row.value is None:
        return "not measured", ""
    if row.metric.kind is MetricKind.EXACT:
        return exact(row.value, shown_unit(row.metric)), ""
    scale = scale_for((row.value,), shown_unit(row.metric))
    shown = scale.text(row.value)
    if row.low is None or row.high is None:
        return shown, ""
    low, high = scale.bare(row.low), scale.bare(row.high)
    return shown, f"{low} to {high}" if NOT_AVAILABLE not in (low, high) else ""


def flags(row: Measurement) -> list[str]:
    """What a reader should know of the values behind a figure."""
    found = (
        (row.contended, "contended"),
        (row.trend, "drifts after warm-up"),
        (row.bimodal, "two levels"),
    )
    return [words for flag, words in found if flag]


def _title(row: Measurement) -> str:
    title = metric_title(row.metric.name)
    return f"{title} (derived)" if row.metric.derived else title
