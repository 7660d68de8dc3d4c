"""What to do first: one card per cause, never the same sentence three times."""

from __future__ import annotations

from dataclasses import replace

import pytest
from states import first_night, incomplete

from perf_pipeline.model import Subject, TrialStatus, Verdict
from perf_pipeline.report.facts import CampaignFacts, Fault
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Card
from perf_pipeline.report.render import render_markdown
from perf_pipeline.report.sections.cards import do_first
from perf_pipeline.report.tally import tally
from perf_pipeline.report.view import build_view


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


def test_a_miss_without_a_profile_promises_nothing() -> None:
    """Where no profile says what would reach the target, nothing is said about it."""
    facts = missing_one_metric(3)
    (card,) = (card for card in cards_of(facts) if "misses its target" in card.title)
    assert card.gain.startswith("At most ")
    (card,) = cards_of(replace(facts, hotspots=()))
    assert card.gain == ""
    message = render_markdown(build_view(replace(facts, hotspots=())))
    assert "alike. `perf-pipeline run" in message


def failing(*messages: str) -> CampaignFacts:
    """A night on which the first benchmarks of the suite failed with these messages."""
    facts = first_night()
    names = [record.name for record in facts.start.benchmarks]
    faults = [
        Fault(name, TrialStatus.FAILED, message)
        for name, message in zip(names, messages, strict=False)
    ]
    return replace(facts, faults=tuple(faults))


def test_failures_of_one_cause_are_one_card() -> None:
    """Nine that failed alike are counted, the tenth with another message stands alone."""
    cards = cards_of(failing(*["no module named torch"] * 9, "disk full"))
    assert cards[0].heading == "9 benchmarks failed: no module named torch"
    assert cards[0].why.startswith("InferenceTTFT, TokenThroughput, ")
    assert cards[0].why.endswith(" and 3 more.")
    assert cards[0].gain == "Until then the verdict leaves out 9 of 15 benchmarks."
    assert cards[0].command == "perf-pipeline run"
    assert (cards[1].benchmark, cards[1].title, cards[1].why) == (
        first_night().start.benchmarks[9].name,
        "failed",
        "disk full",
    )
    assert len([card for card in cards if "failed" in card.heading]) == 2


def test_a_merged_card_names_few_benchmarks_in_its_command() -> None:
    """Two that failed alike are measured again by name."""
    (card, *_) = cards_of(failing("gone", "gone"))
    assert card.heading == "2 benchmarks failed: gone"
    assert card.command == "perf-pipeline run --only InferenceTTFT --only TokenThroughput"


def test_a_second_cause_of_the_same_benchmark_is_not_lost() -> None:
    """A benchmark with a card of its own does not take those away that failed alike with it."""
    facts = failing("first", "second")
    extra = (Fault(facts.faults[0].benchmark, TrialStatus.FAILED, "second"),)
    headings = [card.heading for card in cards_of(replace(facts, faults=extra + facts.faults))]
    assert headings[:2] == ["2 benchmarks failed: second", "InferenceTTFT: failed"]


@pytest.mark.parametrize(("busy", "first"), [(7, False), (8, True)])
def test_a_contended_night_says_so_right_after_what_is_proven(busy: int, *, first: bool) -> None:
    """Before what failed, once more than half of the cases were contended."""
    facts = incomplete()
    cases = list(dict.fromkeys(row.case_id for row in facts.measurements))
    chosen = set(cases[: busy + (len(cases) - 15) // 2])
    rows = tuple(replace(row, contended=row.case_id in chosen) for row in facts.measurements)
    card = cards_of(replace(facts, measurements=rows))[1]
    assert (card.title == "Others used the machine: quiet it and run again") is first
    if first:
        assert card.command == "perf-pipeline run"
        assert f"of {len(cases)} cases were contended" in card.why


def test_a_single_miss_counts_nobody_else() -> None:
    """One benchmark that misses its target is told without a count."""
    assert cards_of(missing_one_metric(1))[0].title.endswith("misses its target")
