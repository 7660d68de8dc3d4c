"""Targets are held against the attempt that counts, and against the campaign before."""

from __future__ import annotations

from dataclasses import replace

from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.targets import (
    judge_targets,
    standing_measurements,
    targets_met_before,
)
from perf_pipeline.model import Ground, Subject, TrialStatus, Verdict, VerdictRecord
from tests.campaign.nights import Nights, land, land_failure


def held(campaign: Campaign, name: str) -> tuple[VerdictRecord, ...]:
    """What is said of the targets of a benchmark."""
    return judge_targets(campaign, name, standing_measurements(campaign, name, 1))


def with_target(campaign: Campaign, name: str, **changes: object) -> Campaign:
    """The campaign with another target of the named benchmark."""
    records = tuple(
        replace(one, targets=(replace(one.targets[0], **changes),))  # type: ignore[arg-type]
        if one.name == name
        else one
        for one in campaign.record.benchmarks
    )
    return replace(campaign, record=replace(campaign.record, benchmarks=records))


def test_each_case_is_held_to_its_target(nights: Nights) -> None:
    """Value, bound, unit and ground land with the verdict."""
    campaign = nights.campaign(0)
    land(campaign)
    (one,) = held(campaign, "HashText")
    assert (one.subject, one.ground, one.verdict) == (
        Subject.TARGET,
        Ground.TARGET,
        Verdict.MISSED,
    )
    assert (one.metric, one.after, one.target, one.unit) == ("digest_bytes", 32, 16, "bytes")
    assert nights.store.verdicts(campaign.campaign_id) == (one,)
    (critical,) = held(campaign, "SortNumbers")
    assert (critical.verdict, critical.critical) == (Verdict.MET, True)


def test_a_target_may_be_for_some_cases_only(nights: Nights) -> None:
    """`where` names the parameters of the cases that are held to it."""
    campaign = nights.campaign(0)
    land(campaign)
    assert len(held(with_target(campaign, "HashText", where='{"size": 1000}'), "HashText")) == 1
    assert held(with_target(campaign, "HashText", where='{"size": 7}'), "HashText") == ()


def test_what_was_not_measured_is_held_to_nothing(nights: Nights) -> None:
    """Neither met nor missed, in the words of the failure."""
    campaign = nights.campaign(0)
    land_failure(campaign, "HashText", TrialStatus.FAILED, "the shelf is empty")
    (one,) = held(campaign, "HashText")
    assert one.verdict is Verdict.NOT_MEASURED
    assert "the shelf is empty" in one.reason


def test_what_was_met_before_is_known(nights: Nights) -> None:
    """Of the campaign before of the same kind, whatever came long before it."""
    for number, target in enumerate((100.0, 100.0, 1.0)):
        campaign = nights.campaign(number)
        land(campaign)
        (one,) = held(with_target(campaign, "HashText", target=target), "HashText")
        before = targets_met_before(campaign, "HashText")
        met = {(one.case_id, "digest_bytes")}
        assert before == (frozenset() if number == 0 else met)
    assert one.verdict is Verdict.MISSED
    later = nights.campaign(3)
    assert targets_met_before(later, "HashText") == frozenset()
    assert targets_met_before(later, "WholeFlow") == frozenset()
