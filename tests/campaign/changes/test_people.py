"""What people say: landed with author, time and reason; ids found by their beginning."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from perf_pipeline.campaign.changes import people
from perf_pipeline.campaign.changes.earlier import read_earlier
from perf_pipeline.campaign.changes.opinions import opinions
from perf_pipeline.campaign.changes.pins import pin_text, pins_in, read_pin
from perf_pipeline.campaign.changes.regressions import find_regressions
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.store import Store
from perf_pipeline.model import EventKind, Ground, Subject, VerdictRecord
from tests.campaign.conftest import MACHINE
from tests.campaign.nights import Nights, land
from tests.campaign.simulated import Bench

NAMES = ("SortNumbers", "HashText", "WholeFlow")
OLD = dict.fromkeys(NAMES, "old")


@pytest.fixture
def told(nights: Nights) -> Store:
    """Two nights, of which the second found two benchmarks worse."""
    land(nights.campaign(0, revision="0000000"), {}, OLD)
    second = nights.campaign(1, revision="0000001")
    land(second, {}, OLD | {"HashText": "slow", "WholeFlow": "slow"})
    find_regressions(second, test=Bench({"slow": 1.5}))
    return nights.store


def worse(told: Store) -> list[VerdictRecord]:
    """The changes that were found."""
    newest = told.campaigns("tiny", MACHINE)[-1]
    rows = told.verdicts(newest)
    return [one for one in rows if one.subject is Subject.CHANGE and one.change_id]


def test_everything_with_an_id_is_listed(told: Store) -> None:
    """Findings and the changes they stand for."""
    known = people.said_changes(told, "tiny")
    assert {one.row.subject for one in known} == {Subject.FINDING, Subject.CHANGE}
    assert {one.id for one in known if one.row.subject is Subject.CHANGE} == {
        one.change_id for one in worse(told)
    }
    for one in known:
        assert [row.change_id for row in one.changes]


def test_what_was_said_is_kept(told: Store) -> None:
    """Who, when, why, and of which night and code."""
    change = worse(told)[0]
    (event,) = people.dispute(told, "tiny", change.change_id, " no ", "ada", machine=MACHINE)
    assert told.events("tiny") == (event,)
    assert (event.kind, event.author, event.reason) == (EventKind.DISPUTE, "ada", "no")
    assert event.recorded_at.utcoffset() is not None
    about = json.loads(event.payload)
    assert about["campaign"] == change.campaign_id
    assert about["fingerprint"] == change.fingerprint
    said = people.find_change(told, "tiny", change.change_id)
    assert said.events == (event,)


def test_the_last_word_counts(told: Store) -> None:
    """Somebody may think again."""
    change = worse(told)[0]
    people.dispute(told, "tiny", change.change_id, "no", "ada")
    people.accept(told, "tiny", change.change_id, "well, yes", "ada")
    (opinion,) = opinions(told.events("tiny"))
    assert (opinion.kind, opinion.reason, opinion.case_key) == (
        EventKind.ACCEPT,
        "well, yes",
        change.case_key,
    )


def test_a_finding_stands_for_its_changes(told: Store) -> None:
    """An event for each of them."""
    found = next(
        one for one in people.said_changes(told, "tiny") if one.row.subject is Subject.FINDING
    )
    events = people.accept(told, "tiny", found.id, "wanted", "ada")
    assert {one.subject_id for one in events} == {row.change_id for row in found.changes}


def test_the_beginning_of_an_id_is_enough(told: Store) -> None:
    """From four digits on."""
    change = worse(told)[0]
    assert people.find_change(told, "tiny", change.change_id[:6]).row == change
    with pytest.raises(CampaignError) as refused:
        people.find_change(told, "tiny", change.change_id[:2])
    assert "too short" in refused.value.what or "begins" in refused.value.what


def test_a_near_miss_is_explained(told: Store) -> None:
    """With what was probably meant, and how to list them."""
    change = worse(told)[0]
    wrong = change.change_id[:-1] + ("0" if change.change_id[-1] != "0" else "1")
    with pytest.raises(CampaignError) as refused:
        people.accept(told, "tiny", wrong, "why", "ada")
    assert refused.value.what == f"There is no change {wrong!r}."
    assert f"Did you mean {change.change_id} ({change.benchmark} cpu_ns" in refused.value.why
    assert "perf-pipeline changes list --suite tiny" in refused.value.todo
    assert told.events("tiny") == ()


def test_an_unknown_id_names_the_newest(told: Store) -> None:
    """So that nobody has to look for them."""
    with pytest.raises(CampaignError) as refused:
        people.find_change(told, "tiny", "zzzz")
    assert "The newest are" in refused.value.why
    with pytest.raises(CampaignError) as refused:
        people.find_change(told, "tiny", "zzzz", machine="elsewhere")
    assert "Nothing was called worse" in refused.value.why


def test_a_reason_is_needed(told: Store) -> None:
    """Whoever reads it in a year wants to know."""
    with pytest.raises(CampaignError) as refused:
        people.accept(told, "tiny", worse(told)[0].change_id, "  ", "ada")
    assert "--reason" in refused.value.todo


def test_a_pin_goes_through_version_control(told: Store) -> None:
    """Written as text, read again, the same."""
    made = people.pin(told, "tiny", "baseline_v1", "ada")
    assert made.campaign_id == told.campaigns("tiny", MACHINE)[-1]
    assert read_pin(pin_text(made)) == made
    (series,) = [
        one for one in made.series if (one.benchmark, one.metric) == ("HashText", "cpu_ns")
    ]
    assert (series.unit, len(series.values)) == ("ns", 5)
    assert series.fingerprint
    lines = pin_text(made).splitlines()
    assert len([line for line in lines if '"case_key"' in line]) == len(made.series)
    assert pins_in(told.events("tiny")) == (made,)


def test_a_later_pin_of_that_name_takes_its_place(told: Store) -> None:
    """And other names stay."""
    first = told.campaigns("tiny", MACHINE)[0]
    people.pin(told, "tiny", "v1", "ada", campaign_id=first)
    people.pin(told, "tiny", "v2", "ada", campaign_id=first)
    people.pin(told, "tiny", "v1", "ada")
    assert [(one.name, one.campaign_id == first) for one in pins_in(told.events("tiny"))] == [
        ("v2", True),
        ("v1", False),
    ]


def test_what_is_pinned_is_the_anchor(nights: Nights, told: Store) -> None:
    """Of every case that it has."""
    first = told.campaigns("tiny", MACHINE)[0]
    people.pin(told, "tiny", "v1", "ada", campaign_id=first)
    third = nights.campaign(2, revision="0000002")
    land(third, {}, OLD)
    told.load()
    case = third.record.benchmarks[0].cases[0]
    pinned = read_earlier(third).pinned(case.case_key)
    assert pinned is not None
    assert pinned.campaign_id == first


def test_what_cannot_be_pinned(nights: Nights, told: Store) -> None:
    """An unknown campaign, one without figures, a file that is none."""
    with pytest.raises(CampaignError, match="no campaign 'nope'"):
        people.pin(told, "tiny", "v1", "ada", campaign_id="nope")
    empty = nights.campaign(5)
    with pytest.raises(CampaignError, match="measured nothing"):
        people.pin(told, "tiny", "v1", "ada", campaign_id=empty.campaign_id)
    with pytest.raises(CampaignError, match="no campaign"):
        people.pin(told, "other", "v1", "ada")
    for text in ("{}", "[]", "nonsense", '{"format": 1, "series": [{}]}'):
        with pytest.raises(CampaignError, match="no pin"):
            read_pin(text)
    with pytest.raises(CampaignError, match="newer version"):
        read_pin('{"format": 99, "series": []}')


def test_a_broken_pin_stops_no_night(told: Store) -> None:
    """It is passed over."""
    made = people.pin(told, "tiny", "v1", "ada")
    (event,) = told.events("tiny")
    told.land_event(replace(event, event_id="other", subject_id="v2", payload="nonsense"))
    assert pins_in(told.events("tiny")) == (made,)
    assert Ground.AB in {one.ground for one in worse(told)}


def test_what_is_accepted_is_the_code_that_was_found_worse(nights: Nights, told: Store) -> None:
    """Not the other code of a later night that nobody has tested."""
    change = next(one for one in worse(told) if one.benchmark == "HashText")
    third = nights.campaign(2, revision="0000002")
    land(third, {}, OLD | {"HashText": "other"})
    refusing = Bench(refusals={"HashText": "no second arm: it does not build"})
    find_regressions(third, test=refusing)
    newest = people.find_change(told, "tiny", change.change_id).row
    assert newest.campaign_id == third.campaign_id
    (event,) = people.accept(told, "tiny", change.change_id, "wanted", "ada")
    about = json.loads(event.payload)
    assert (about["campaign"], about["fingerprint"]) == (change.campaign_id, change.fingerprint)
