"""What the night looks into more closely: planned first, worked off, the rest named."""

from __future__ import annotations

import time
from collections.abc import Iterable

from perf_pipeline.campaign.changes.planned import plan_record
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.measure.profiled import ProfileRequest, profile_case
from perf_pipeline.model import (
    Case,
    PlanItem,
    Profile,
    RunEntry,
    State,
    Subject,
    TrialStatus,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.profilers.choice import find_profiler, profiler_names
from perf_pipeline.suite.benchmark import BudgetName

SHARE_S = {BudgetName.QUICK: 12.0, BudgetName.NIGHTLY: 600.0, BudgetName.FULL: 3600.0}
ITEM_S = {BudgetName.QUICK: 2.0, BudgetName.NIGHTLY: 15.0, BudgetName.FULL: 60.0}
OVERHEAD_S = 2.0
"""Starting the worker and the profiler, beside the sampled time."""
RATE_HZ = 100


def plan_deep_dive(campaign: Campaign) -> tuple[PlanItem, ...]:
    """Land which cases get a profile of their own: worse ones, suspects, missed targets.

    A plan that this campaign has landed already is gone on with, not made anew.
    """
    runs = campaign.store.runs(campaign.campaign_id)
    planned = [run for run in runs if run.entry is RunEntry.PLAN and run.plan_of == "deep_dive"]
    if planned:
        return planned[0].plan
    items = tuple(_items(campaign))
    campaign.store.land_run(plan_record(campaign.record, "deep_dive", items))
    return items


def work_off(campaign: Campaign, items: Iterable[PlanItem]) -> tuple[PlanItem, ...]:
    """Profile item by item, each landed at once; returns what the time did not reach."""
    deadline = time.monotonic() + SHARE_S[campaign.context.budget]
    left = []
    for item in items:
        if _is_done(campaign, item):
            continue
        if time.monotonic() + item.cost_s > deadline:
            left.append(item)
            continue
        profile = _profile(campaign, item)
        if profile is not None:
            campaign.store.land_profiles([profile])
    campaign.store.load()
    return tuple(left)


def _items(campaign: Campaign) -> Iterable[PlanItem]:
    seen: set[str] = set()
    cost = ITEM_S[campaign.context.budget] + OVERHEAD_S
    for verdict in sorted(campaign.store.verdicts(campaign.campaign_id), key=_importance):
        worth = _importance(verdict) < len(_REASONS)
        if worth and verdict.case_id not in seen and not _is_profiled(campaign, verdict):
            seen.add(verdict.case_id)
            yield PlanItem(
                rank=len(seen),
                benchmark=verdict.benchmark,
                case_id=verdict.case_id,
                question="where does its time go?",
                how=profiler_names()[0],
                reason=f"{_REASONS[_importance(verdict)]}: {verdict.metric}",
                cost_s=cost,
            )


_REASONS = ("got worse", "suspected", "missed a critical target", "missed its target")


def _importance(verdict: VerdictRecord) -> int:
    """Place in the plan; the number of reasons where there is none."""
    if verdict.subject is Subject.CHANGE and verdict.verdict is Verdict.WORSE:
        return 0
    if verdict.subject is Subject.CHANGE and verdict.state is State.SUSPECTED:
        return 1
    if verdict.subject is Subject.TARGET and verdict.verdict is Verdict.MISSED:
        return 2 if verdict.critical else 3
    return len(_REASONS)


def _is_profiled(campaign: Campaign, verdict: VerdictRecord) -> bool:
    return any(
        one.case_id == verdict.case_id and one.status is TrialStatus.OK and one.stacks
        for one in campaign.store.profiles(campaign.campaign_id)
    )


def _is_done(campaign: Campaign, item: PlanItem) -> bool:
    return any(
        (one.case_id, one.profiler) == (item.case_id, item.how)
        for one in campaign.store.profiles(campaign.campaign_id)
    )


def _profile(campaign: Campaign, item: PlanItem) -> Profile | None:
    benchmark = campaign.find(item.benchmark)
    if benchmark is None or not campaign.record.fit:
        return None
    request = ProfileRequest(
        benchmark=benchmark,
        case=_case(benchmark.record.cases, item.case_id),
        profiler=find_profiler(item.how),
        rate_hz=RATE_HZ,
        duration_s=ITEM_S[campaign.context.budget],
        attempt=len(campaign.store.attempts(campaign.campaign_id, item.benchmark)),
    )
    return profile_case(request, campaign.context)


def _case(cases: tuple[Case, ...], case_id: str) -> Case:
    return next(case for case in cases if case.case_id == case_id)
