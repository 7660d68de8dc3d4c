"""What to do first: one card per cause, never the same sentence three times."""

from __future__ import annotations

from dataclasses import replace

from states import first_night

from perf_pipeline.model import Subject, Verdict
from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Card
from perf_pipeline.report.sections.cards import do_first
from perf_pipeline.report.tally import tally


def cards_of(facts: CampaignFacts) -> tuple[Card, ...]:
    """The cards of a night."""
    index = Index(facts)
    return do_first(index, tally(index))


def missing_one_metric(names: int) -> CampaignFacts:
    """A first night on which some benchmarks miss a target on the same metric, and no other."""
    facts = first_night()
    held = [row for row in facts.verdicts if row.subject is Subject.TARGET]
    chosen = list(dict.fromkeys(row.benchmark for row in held))[:names]
    rows = tuple(
        replace(row, metric="shared_ms", unit="ms", verdict=Verdict.MISSED)
        if row.benchmark in chosen
        else replace(row, verdict=Verdict.MET)
        for row in held
    )
    others = tuple(row for row in facts.verdicts if row.subject is not Subject.TARGET)
    return replace(facts, verdicts=others + rows)


def test_same_miss_of_several_benchmarks_is_one_card() -> None:
    """Three benchmarks that miss a target on one metric share a card that counts them."""
    titles = [card.title for card in cards_of(missing_one_metric(3))]
    assert [title for title in titles if "misses its target" in title] == [titles[0]]
    assert titles[0].endswith("misses its target, and 2 others alike")


def test_a_single_miss_counts_nobody_else() -> None:
    """One benchmark that misses its target is told without a count."""
    assert cards_of(missing_one_metric(1))[0].title.endswith("misses its target")
