"""Every judged figure against its own past: what stands out is suspected, and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from perf_pipeline.campaign.changes.judge import judge_changes
from perf_pipeline.campaign.past import previous_campaign
from perf_pipeline.model import CampaignKind, Fact, Ground, State, Subject, TrialStatus, Verdict
from tests.campaign.nights import Nights, land, land_failure
from warehouse.session import session


def measured(nights: Nights, count: int) -> None:
    """So many nights on which nothing changed."""
    for number in range(count):
        land(nights.campaign(number))


def test_half_as_much_again_on_the_ninth_night_is_suspected(nights: Nights) -> None:
    """Exactly the planted series is; all others are unchanged, with what would have shown."""
    measured(nights, 8)
    ninth = nights.campaign(8)
    land(ninth, {"HashText": 1.5})
    verdicts = judge_changes(ninth)
    suspected = [one for one in verdicts if one.state is not State.NONE]
    assert [(one.benchmark, one.metric) for one in suspected] == [("HashText", "cpu_ns")]
    (one,) = suspected
    assert (one.verdict, one.state, one.ground) == (
        Verdict.INCONCLUSIVE,
        State.SUSPECTED,
        Ground.SCREEN,
    )
    assert one.reason.startswith("not confirmed: +")
    assert "environment changed" not in one.reason
    assert one.change_percent == pytest.approx(50, abs=3)
    assert one.after == pytest.approx(1.5e6, rel=0.03)
    assert one.before == pytest.approx(1.0e6, rel=0.03)
    others = [one for one in verdicts if one.state is State.NONE]
    assert {one.verdict for one in others} == {Verdict.UNCHANGED}
    assert all(one.detectable_percent is not None for one in others)
    judged = {(one.benchmark, one.metric) for one in verdicts}
    assert judged == {
        *((name, "cpu_ns") for name in ("SortNumbers", "HashText", "WholeFlow")),
        *((name, "waiting_ns") for name in ("SortNumbers", "HashText", "WholeFlow")),
        *((name, "peak_rss_bytes") for name in ("SortNumbers", "HashText", "WholeFlow")),
        ("HashText", "digest_bytes"),
    }


def test_what_is_said_lands(nights: Nights) -> None:
    """The verdicts are read back as they were said."""
    campaign = nights.campaign(0)
    land(campaign)
    verdicts = judge_changes(campaign)
    landed = nights.store.verdicts(campaign.campaign_id)
    assert {one.verdict_id: one for one in landed} == {one.verdict_id: one for one in verdicts}
    assert {one.subject for one in landed} == {Subject.CHANGE}


def test_under_eight_nights_nothing_is_said(nights: Nights) -> None:
    """The fifth night says how many it has; an exact figure needs one."""
    measured(nights, 4)
    fifth = nights.campaign(4)
    land(fifth, {"HashText": 1.5})
    reasons = Counter(one.reason for one in judge_changes(fifth))
    assert reasons.pop("too little history: 4 of 8 campaigns") == 9
    assert dict(reasons) == {"exactly 32 bytes in 5 campaigns": 1}


def test_what_failed_was_not_measured(nights: Nights) -> None:
    """It says so, in the words of the failure, and is no change."""
    measured(nights, 8)
    ninth = nights.campaign(8)
    land_failure(ninth, "HashText", TrialStatus.FAILED, "the shelf is empty")
    verdicts = judge_changes(ninth)
    assert {one.verdict for one in verdicts} <= {Verdict.NOT_MEASURED}
    assert all("the shelf is empty" in one.reason for one in verdicts)


def test_ad_hoc_campaigns_are_outside(nights: Nights) -> None:
    """They are neither judged nor part of anybody's past."""
    measured(nights, 7)
    alone = nights.campaign(7, CampaignKind.AD_HOC)
    land(alone)
    assert judge_changes(alone) == ()
    eighth = nights.campaign(8)
    land(eighth)
    assert {one.reason for one in judge_changes(eighth)} == {
        "too little history: 7 of 8 campaigns",
        "exactly 32 bytes in 8 campaigns",
    }
    assert previous_campaign(eighth).endswith("2026-03-07-1")


def test_a_benchmark_may_ask_not_to_be_judged(nights: Nights) -> None:
    """With `regression: {enabled: false}` nothing is looked for."""
    campaign = nights.campaign(0)
    land(campaign)
    silent = tuple(
        replace(one, regression_enabled=one.name != "HashText") for one in campaign.benchmarks
    )
    verdicts = judge_changes(replace(campaign, benchmarks=silent))
    assert {one.benchmark for one in verdicts} == {"SortNumbers", "WholeFlow"}


def test_a_warehouse_held_by_somebody_is_no_reason_to_stop(nights: Nights) -> None:
    """The night goes on without a past, and says why."""
    measured(nights, 8)
    nights.store.load()
    nights.store.wait_s = 0.0
    ninth = nights.campaign(8)
    land(ninth)
    with session(nights.store.warehouse, read_only=True):
        verdicts = judge_changes(ninth)
        assert verdicts
    with session(nights.store.warehouse):
        blind = judge_changes(ninth)
    assert {one.verdict for one in blind} == {Verdict.INCONCLUSIVE}
    assert all(one.reason.startswith("no history: The warehouse") for one in blind)


def test_what_was_loaded_late_is_part_of_the_past(nights: Nights) -> None:
    """Eight nights that only landed are loaded before they are needed."""
    measured(nights, 8)
    assert not nights.store.warehouse.exists()
    ninth = nights.campaign(8)
    land(ninth)
    assert Verdict.UNCHANGED in {one.verdict for one in judge_changes(ninth)}


def test_a_new_kernel_is_named_first(nights: Nights) -> None:
    """What else is new tonight stands beside the figure; nothing is said when nothing is."""
    measured(nights, 8)
    ninth = nights.campaign(8)
    land(ninth)
    assert not any("environment" in one.reason for one in judge_changes(ninth))
    facts = (*ninth.record.environment, Fact("kernel", "7.0"))
    updated = replace(ninth, record=replace(ninth.record, environment=facts))
    reasons = [one.reason for one in judge_changes(updated)]
    assert all("since 2026-03-08 the environment changed" in reason for reason in reasons)
