"""How often equal code was called different here, and what could have been seen tonight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from perf_pipeline.model import Ground, SameCode, VerdictRecord
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Part, Row, Section, Text, table
from perf_pipeline.report.trust import RULES, is_cpu_time, per_thousand
from perf_pipeline.report.units import percent

FALSE_ALARMS = (
    Column("Rule"),
    Column("Equal code compared", figures=True),
    Column("Called different", figures=True),
    Column("Higher, lower", figures=True),
    Column("At most (95%)", figures=True),
    Column("Alerts so far", figures=True),
    Column("Disputed", figures=True),
)
SEEN = (
    Column("Rule"),
    Column("Series", figures=True),
    Column("Half would have shown", figures=True),
    Column("9 of 10 would have shown", figures=True),
)
SMALLEST = "The smallest change of CPU time that would have shown"


def own_errors(index: Index) -> Section:
    """Own false alarms with their exact upper limit, and what targets, screen and A/B show."""
    parts: list[Part] = []
    alarms = [_alarms(one) for one in index.facts.same_code if one.compared]
    if alarms:
        parts.append(Text("Equal code that was called different", "heading"))
        parts += table("Equal code that was called different", FALSE_ALARMS, alarms)
    seen = _seen(index)
    if seen:
        parts.append(Text(SMALLEST, "heading"))
        parts += table(SMALLEST, SEEN, seen)
    return Section("trust", "How far to trust this", "", tuple(parts))


def _alarms(one: SameCode) -> Row:
    return Row(
        (
            Cell(RULES[one.ground]),
            Cell(f"{one.compared:,}"),
            Cell(f"{one.alarms:,}"),
            Cell(f"{one.higher:,}, {one.lower:,}"),
            Cell(per_thousand(one.at_most)),
            Cell(f"{one.alerts:,}"),
            Cell(f"{one.disputed:,}"),
        )
    )


def _seen(index: Index) -> list[Row]:
    """A row per rule; that of targets is of their own metrics."""
    rows = [row for row in index.facts.verdicts if is_cpu_time(index, row)]
    known = {
        Ground.AB: _detectable(rows, Ground.AB),
        Ground.SCREEN: _detectable(rows, Ground.SCREEN),
        Ground.TARGET: _to_target(index),
    }
    return [_row(ground, found) for ground, found in known.items() if found]


def _detectable(rows: Sequence[VerdictRecord], ground: Ground) -> list[float]:
    found = (row.detectable_percent for row in rows if row.ground is ground and row.case_id)
    return [one for one in found if one is not None]


def _to_target(index: Index) -> list[float]:
    """How far off a target a figure must lie for a verdict: half of its interval, in percent."""
    found = []
    for row in index.targets:
        measured = index.by_case.get((row.case_id, row.metric))
        if measured and measured.value and None not in (measured.low, measured.high):
            low, high = measured.low or 0.0, measured.high or 0.0
            half = max(high - measured.value, measured.value - low)
            found.append(100 * half / abs(measured.value))
    return found


def _row(ground: Ground, found: list[float]) -> Row:
    most = sorted(found)[math.ceil(0.9 * len(found)) - 1]
    return Row(
        (
            Cell(f"{RULES[ground]} (any metric)" if ground is Ground.TARGET else RULES[ground]),
            Cell(f"{len(found):,}"),
            Cell(percent(median(found))),
            Cell(percent(most)),
        )
    )
