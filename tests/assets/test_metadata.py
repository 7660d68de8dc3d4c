"""What the page of `regressions` shows: findings, changes, the plan, and numbers to plot."""

from __future__ import annotations

from dataclasses import replace

from assets.metadata import regressions_metadata
from perf_pipeline.campaign.changes.candidates import AB
from perf_pipeline.campaign.changes.regressions import Regressions
from perf_pipeline.model import PlanItem, State, Subject, Verdict
from tests.campaign.decisions import row, screened

ITEM = PlanItem(1, "SortNumbers", "case", "worse or better?", AB, "the code changed", 2.0, "c-1")


def test_a_night_in_numbers() -> None:
    """Findings for the worse, comparisons made and missed, series by verdict."""
    worse = row(Verdict.WORSE, state=State.ESTABLISHED, change=50.0)
    finding = replace(worse, subject=Subject.FINDING, reason="SortNumbers: CPU time +50%")
    left = replace(ITEM, rank=2, benchmark="HashText")
    shown = regressions_metadata(
        Regressions((worse, screened()), (finding,), (ITEM, left), (left,))
    )
    assert shown["findings_worse"] == 1
    assert (shown["comparisons"], shown["comparisons_not_reached"]) == (1, 1)
    assert (shown["series_judged"], shown["series_suspected"]) == (2, 1)
    assert (shown["series_worse"], shown["series_unchanged"]) == (1, 1)
    assert "SortNumbers: CPU time +50%" in str(shown["findings"])
    assert "HashText" in str(shown["not_reached"])
    assert "HashText" not in str(shown["compared"])
