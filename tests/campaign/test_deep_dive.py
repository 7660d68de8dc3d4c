"""What is looked into more closely is planned first, then worked off, also over several runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perf_pipeline.campaign import deep_dive
from perf_pipeline.campaign.deep_dive import plan_deep_dive, work_off
from perf_pipeline.campaign.measure import measure
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.targets import judge_targets, standing_measurements
from perf_pipeline.model import RunEntry, State, Subject, Verdict
from perf_pipeline.suite.benchmark import BudgetName
from tests.campaign.conftest import Begin
from tests.campaign.nights import Nights, land
from warehouse.store import WarehouseStore


@pytest.fixture(autouse=True)
def _brief_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second for each profile."""
    monkeypatch.setattr(deep_dive, "ITEM_S", {BudgetName.QUICK: 0.1})


@pytest.fixture
def missing(nights: Nights) -> Campaign:
    """A campaign in which two benchmarks miss a target, one of them a critical one."""
    campaign = nights.campaign(0)
    land(campaign)
    for name, critical in (("HashText", False), ("SortNumbers", True)):
        harsh = _harsh(campaign, name, critical=critical)
        assert judge_targets(harsh, name, standing_measurements(campaign, name, 1))
    return campaign


def _harsh(campaign: Campaign, name: str, *, critical: bool) -> Campaign:
    """The campaign with a target of the named benchmark that nothing can reach."""
    records = tuple(
        replace(one, targets=(replace(one.targets[0], target=1e-9, critical=critical),))
        if one.name == name
        else one
        for one in campaign.record.benchmarks
    )
    return replace(campaign, record=replace(campaign.record, benchmarks=records))


def as_run(campaign: Campaign, run_id: str) -> Campaign:
    """The same campaign, gone on with by another run."""
    return replace(
        campaign,
        context=replace(campaign.context, run_id=run_id),
        record=replace(campaign.record, run_id=run_id),
    )


def test_the_plan_lands_before_it_is_worked_off(missing: Campaign, store: WarehouseStore) -> None:
    """Critical targets come before others; each item says why and what it costs."""
    items = plan_deep_dive(missing)
    assert [(one.rank, one.benchmark, one.reason) for one in items] == [
        (1, "SortNumbers", "missed a critical target: cpu_ns"),
        (2, "HashText", "missed its target: digest_bytes"),
    ]
    assert {one.how for one in items} == {"py-spy"}
    assert all(one.cost_s > 0 for one in items)
    (plan,) = [run for run in store.runs(missing.campaign_id) if run.entry is RunEntry.PLAN]
    assert (plan.plan_of, plan.plan) == ("deep_dive", items)


def test_a_suspect_comes_before_everything(missing: Campaign, store: WarehouseStore) -> None:
    """What changed is looked into before what always was too slow."""
    said = store.verdicts(missing.campaign_id)
    change = replace(
        next(one for one in said if one.benchmark == "HashText"),
        verdict_id="c0ffee",
        subject=Subject.CHANGE,
        verdict=Verdict.INCONCLUSIVE,
        state=State.SUSPECTED,
        metric="cpu_ns",
    )
    store.land_verdicts([change])
    items = plan_deep_dive(missing)
    assert [(one.benchmark, one.reason) for one in items] == [
        ("HashText", "suspected: cpu_ns"),
        ("SortNumbers", "missed a critical target: cpu_ns"),
    ]


def test_a_plan_goes_on_where_it_stopped(missing: Campaign, store: WarehouseStore) -> None:
    """A run that was killed after the first item leaves the second; nothing is done twice."""
    items = plan_deep_dive(missing)
    work_off(missing, items[:1])
    assert [one.benchmark for one in store.profiles(missing.campaign_id)] == ["SortNumbers"]
    again = as_run(missing, "run-2")
    assert plan_deep_dive(again) == items
    for _ in range(2):
        assert work_off(again, items) == ()
        profiled = [(one.benchmark, one.run_id) for one in store.profiles(missing.campaign_id)]
        assert sorted(profiled) == [("HashText", "run-2"), ("SortNumbers", "run-1")]


def test_what_the_time_does_not_reach_is_named(
    missing: Campaign, store: WarehouseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is begun that does not fit into the share of the night."""
    monkeypatch.setattr(deep_dive, "SHARE_S", {BudgetName.QUICK: 0.5})
    items = plan_deep_dive(missing)
    assert work_off(missing, items) == items
    assert store.profiles(missing.campaign_id) == ()


def test_without_anything_to_look_into_the_plan_is_empty(begin: Begin) -> None:
    """An empty plan lands too, so that a run that goes on does not make another one."""
    campaign = begin("run-1")
    assert plan_deep_dive(campaign) == ()
    assert work_off(campaign, ()) == ()
    runs = campaign.store.runs(campaign.campaign_id)
    assert [run.entry for run in runs] == [RunEntry.START, RunEntry.PLAN]


def test_what_is_profiled_already_is_not_planned(begin: Begin, store: WarehouseStore) -> None:
    """WholeFlow misses a target and has its profile from its own trials."""
    campaign = begin("run-1")
    measure(campaign, "WholeFlow")
    verdicts = judge_targets(campaign, "WholeFlow", standing_measurements(campaign, "WholeFlow", 1))
    (profile,) = store.profiles(campaign.campaign_id)
    planned = [one.benchmark for one in plan_deep_dive(campaign)]
    missed = any(one.verdict is Verdict.MISSED for one in verdicts)
    assert planned == (["WholeFlow"] if missed and not profile.stacks else [])
