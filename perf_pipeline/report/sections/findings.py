"""Optimisations that were tried, what limits a case, how it scales."""

from __future__ import annotations

from perf_pipeline.report.facts import Finding
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Row, Section, Tone, table
from perf_pipeline.report.text import shorten
from perf_pipeline.report.units import change

VERIFIED = (
    Column("Roadmap item"),
    Column("Benchmark"),
    Column("Predicted", figures=True),
    Column("Measured (95% interval)", figures=True),
    Column("Outcome"),
)
OUTCOME_TONES = {"helped": Tone.GOOD, "did not help": Tone.WORSE}


def verified(index: Index) -> Section:
    """Predicted against measured, on the same evidence as a change for the worse."""
    rows = [
        Row(
            (
                Cell(shorten(item.title)),
                Cell(shorten(item.benchmark)),
                Cell(change(item.predicted_percent, None, None)),
                Cell(change(item.measured_percent, item.low_percent, item.high_percent)),
                Cell(
                    shorten(item.outcome),
                    shorten(item.reason, 160),
                    OUTCOME_TONES.get(item.outcome, Tone.PLAIN),
                ),
            ),
            item.item_id,
            "roadmap item",
        )
        for item in index.facts.verified
    ]
    return Section("verified", "Verified", "", table("Verified", VERIFIED, rows), len(rows))


def bottlenecks(index: Index) -> Section:
    """The class of what limits each case, with the evidence for it."""
    return _found(index, index.facts.bottlenecks, "Bottlenecks", "Limited by")


def scaling(index: Index) -> Section:
    """What was fitted over load levels or sizes, and nothing beyond the measured range."""
    return _found(index, index.facts.scaling, "Scaling", "Fitted")


def _found(index: Index, findings: tuple[Finding, ...], title: str, what: str) -> Section:
    columns = (Column("Benchmark"), Column(what), Column("Evidence"))
    rows = [
        Row(
            (
                Cell(shorten(found.benchmark), index.case_label(found.case_id)),
                Cell(shorten(found.name)),
                Cell(shorten(found.evidence, 300)),
            ),
            found.case_id,
            "case",
        )
        for found in findings
    ]
    return Section(title.lower(), title, "", table(title, columns, rows), len(rows))
