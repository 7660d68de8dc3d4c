"""What a night came to: its sentence, its report, its exit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from perf_pipeline.campaign.changes.judge import judge_changes
from perf_pipeline.campaign.conclude import conclude, report
from perf_pipeline.campaign.day import MISSING, day_attempts, publish_day
from perf_pipeline.campaign.gate import why_red
from perf_pipeline.campaign.gather import gather
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import Day, State, Subject, TrialStatus, Verdict
from perf_pipeline.report.sentence import Form
from tests.campaign.nights import Nights, land, land_failure
from warehouse.query import run_query
from warehouse.session import session


def test_the_first_night_says_so(nights: Nights) -> None:
    """Nothing to compare with is no verdict on anything."""
    campaign = nights.campaign(0)
    land(campaign)
    judge_changes(campaign)
    said = conclude(campaign)
    assert said.form is Form.FIRST_NIGHT
    assert said.sentence == "First night: 3 benchmarks measured, nothing to compare with yet."
    (landed,) = [
        one
        for one in nights.store.verdicts(campaign.campaign_id)
        if one.subject is Subject.CAMPAIGN
    ]
    assert (landed.reason, landed.verdict) == (said.sentence, Verdict.INCONCLUSIVE)


def test_a_quiet_night_says_so(nights: Nights) -> None:
    """Nine nights of the same: nothing got worse."""
    for number in range(9):
        campaign = nights.campaign(number)
        land(campaign)
        judge_changes(campaign)
    assert conclude(campaign).sentence == "Nothing got worse. 3 benchmarks are unchanged."
    concluded = report(campaign)
    assert not concluded.is_incomplete
    assert concluded.counts["unchanged"] == 3


def test_what_is_missing_makes_a_night_incomplete(nights: Nights) -> None:
    """One failed, one was never reached: the sentence and the report name both, with reasons."""
    campaign = nights.campaign(0)
    only_one(campaign, "SortNumbers")
    land_failure(campaign, "HashText", TrialStatus.FAILED, "in step: the shelf is empty")
    judge_changes(campaign)
    said = conclude(campaign)
    assert said.form is Form.INCOMPLETE
    assert said.sentence.startswith("2 of 3 benchmarks gave no result")
    concluded = report(campaign)
    assert concluded.is_incomplete
    page = concluded.report.html.read_text(encoding="utf-8")
    assert "the shelf is empty" in page
    assert "not reached before the campaign ended" in page
    assert [fault.benchmark for fault in gather(campaign).faults] == ["HashText"]


def only_one(campaign: Campaign, name: str) -> None:
    """Land one benchmark of the campaign."""
    records = tuple(one for one in campaign.record.benchmarks if one.name == name)
    land(replace(campaign, record=replace(campaign.record, benchmarks=records)))


def test_an_attempt_that_counts_forgives_those_before(nights: Nights) -> None:
    """What failed first and was measured then is not missing."""
    campaign = nights.campaign(0)
    land_failure(campaign, "HashText", TrialStatus.TIMED_OUT, "60 s")
    assert day_attempts(campaign, Day.MICROBENCHMARKS) == {"HashText": "timed_out"}
    for name in ("SortNumbers", "WholeFlow"):
        only_one(campaign, name)
    second = nights.campaign(1)
    land(second)
    for trials in [nights.store.trials(second.campaign_id, "HashText", 1)]:
        moved = [
            replace(one, campaign_id=campaign.campaign_id, attempt=2, night=campaign.record.night)
            for one in trials
        ]
        nights.store.land_trials(moved)
    facts = gather(campaign)
    assert facts.faults == ()
    assert {one.benchmark: one.number for one in facts.attempts}["HashText"] == 2
    assert day_attempts(campaign, Day.MICROBENCHMARKS) == {"HashText": "ok"}


def test_what_was_not_reached_is_missing(nights: Nights) -> None:
    """A day without attempts lists its benchmarks all the same."""
    campaign = nights.campaign(0)
    assert day_attempts(campaign, Day.BASELINE) == {"SortNumbers": MISSING}
    assert day_attempts(campaign, Day.ROADMAP) == {}


def test_the_report_is_written_in_all_its_forms(nights: Nights) -> None:
    """A page, a message, figures, and the files of the days."""
    campaign = nights.campaign(0)
    land(campaign)
    judge_changes(campaign)
    said = conclude(campaign)
    files = report(campaign).report
    folder = nights.home.reports / campaign.campaign_id
    assert files.html == folder / "index.html"
    assert said.sentence in files.html.read_text(encoding="utf-8")
    assert said.sentence in files.markdown.read_text(encoding="utf-8")
    assert json.loads(files.json.read_text(encoding="utf-8"))
    assert list((folder / "metrics_json").glob("*.json"))
    assert list((folder / "daily_reports").glob("day_*_report_*.json"))


def test_a_busy_warehouse_delays_and_stops_nothing(nights: Nights) -> None:
    """The campaign comes to its end while somebody holds the file; the next load takes it all."""
    nights.store.wait_s = 0.0
    land(nights.campaign(0))
    nights.store.load()
    campaign = nights.campaign(1)
    land(campaign)
    with session(nights.store.warehouse):
        note = publish_day(campaign)
        judge_changes(campaign)
        conclude(campaign)
        written = report(campaign)
    assert note.startswith("landed, not loaded: The warehouse")
    assert "held open by" in written.report.html.read_text(encoding="utf-8")
    assert publish_day(campaign) == str(nights.home.history)
    table = run_query(nights.home.history, "select count(distinct campaign) from v_measurements")
    assert [list(row) for row in table.rows] == [[2]]


@pytest.mark.parametrize(
    ("fail_on", "verdict", "red"),
    [
        ("worse", Verdict.WORSE, True),
        ("worse", Verdict.INCONCLUSIVE, False),
        ("never", Verdict.WORSE, False),
    ],
)
def test_only_what_is_proven_worse_turns_a_night_red(
    nights: Nights, fail_on: str, verdict: Verdict, *, red: bool
) -> None:
    """And only where the suite asked for it; a suspect never does."""
    suite = replace(nights.suite, fail_on=fail_on)
    campaign = replace(nights.campaign(0), suite=suite)
    land(campaign)
    first = judge_changes(campaign)[0]
    later = first.decided_at + timedelta(seconds=1)
    said = replace(first, verdict=verdict, state=State.SUSPECTED, decided_at=later)
    nights.store.land_verdicts([said])
    reason = why_red(campaign)
    assert bool(reason) is red
    if red:
        assert reason.startswith("1 finding for the worse: ")
