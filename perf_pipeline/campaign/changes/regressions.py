"""The nightly decision: screened, planned, compared, decided, put together, landed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from perf_pipeline.analysis.ab import AbRule
from perf_pipeline.campaign.changes.candidates import ANCHOR, AUDIT, AUDIT_SHARE, candidates
from perf_pipeline.campaign.changes.case_night import CaseTonight
from perf_pipeline.campaign.changes.causes import cause_of, found_together
from perf_pipeline.campaign.changes.decide import decide
from perf_pipeline.campaign.changes.earlier import read_earlier
from perf_pipeline.campaign.changes.judge import judge_changes
from perf_pipeline.campaign.changes.planned import REGRESSIONS, comparison_id
from perf_pipeline.campaign.changes.reference import moved_facts
from perf_pipeline.campaign.changes.spoken import Spoken
from perf_pipeline.campaign.changes.standing import is_settled
from perf_pipeline.campaign.changes.tested import (
    Task,
    Test,
    Tested,
    change_rows,
    control_rows,
    run_test,
)
from perf_pipeline.campaign.changes.tonight import (
    EXPECTED_BLOCKS,
    Landed,
    Night,
    case_cost,
    read_cases,
)
from perf_pipeline.campaign.changes.whole_night import night_finding, representatives, whole_night
from perf_pipeline.campaign.changes.withdraw import withdraw
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import (
    CampaignKind,
    Day,
    PlanItem,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.suite.benchmark import BudgetName

SHARE_S = {BudgetName.QUICK: 120.0, BudgetName.NIGHTLY: 1200.0, BudgetName.FULL: 3600.0}
FEWEST = AbRule().first_look / EXPECTED_BLOCKS
"""Part of its expected cost that a comparison needs to say anything."""
LATE = "not tested tonight: the time did not reach it"
NO_FIGURE = "the A/B gave no figure of it"


@dataclass(frozen=True, slots=True)
class Regressions:
    """What a night came to: a row per judged (case, metric), findings, and what was planned.

    `left` is what the time did not reach, comparisons of code with itself left out: nobody was
    promised them.
    """

    changes: tuple[VerdictRecord, ...] = ()
    findings: tuple[VerdictRecord, ...] = ()
    plan: tuple[PlanItem, ...] = ()
    left: tuple[PlanItem, ...] = ()


def find_regressions(campaign: Campaign, *days: Day, test: Test = run_test) -> Regressions:
    """Judge every case of these days, or of all, against its past; what may have changed by A/B.

    A plan that this campaign has landed is gone on with, and what is compared already is not
    compared again. Each comparison lands when it ends. A first night plans nothing.

    Args:
        campaign: Of tonight; ad-hoc ones are not judged.
        days: Whose benchmarks.
        test: Makes one comparison.
    """
    if campaign.record.kind is not CampaignKind.FULL:
        return Regressions()
    campaign.store.load()
    earlier = read_earlier(campaign)
    screened = judge_changes(campaign, *days, earlier=earlier)
    landed = Landed(campaign, earlier.pins)
    cases = read_cases(campaign, screened, earlier, landed)
    common = None if Day.DEEP_DIVE in days else whole_night(cases, earlier)
    night = Night(campaign, earlier, landed, Spoken(campaign), cases, common)
    items = _plan(night, days)
    _work_off(night, items, test)
    changes = _decided(night)
    changes, findings = found_together(night, withdraw(changes, _tested(night, changes)))
    moved = night_finding(night, changes)
    findings = (moved, *findings) if moved else findings
    night.spoken.land((*changes, *findings))
    campaign.store.load()
    left = [one for one in night.spoken.not_done if one in items and one.how != AUDIT]
    return Regressions(changes, findings, items, tuple(left))


def _plan(night: Night, days: Sequence[Day]) -> tuple[PlanItem, ...]:
    """Land what is to be compared; a run that goes on adds what could not be planned before."""
    campaign, spoken = night.campaign, night.spoken
    name = f"{REGRESSIONS}_{Day.DEEP_DIVE.value}" if Day.DEEP_DIVE in days else REGRESSIONS
    audited = name not in spoken.plans.plans and bool(campaign.record.revision)
    audit_s = SHARE_S[campaign.context.budget] if audited else 0.0
    chosen = representatives(night.cases, night.common)
    wanted = candidates(night.cases, audit_s, chosen) if campaign.record.fit else ()
    fresh = spoken.plans.fresh(wanted)
    if fresh:
        spoken.land_plan(name, fresh)
    return spoken.plans.plans.get(name, ())


def _work_off(night: Night, items: Sequence[PlanItem], test: Test) -> None:
    """Compare as long as the share of the night lasts; code with itself in a part of it."""
    share_s = SHARE_S[night.campaign.context.budget]
    end_s = time.monotonic() + share_s - night.spoken.spent_s
    _compare(night, [one for one in items if one.how != AUDIT], test, end_s)
    audit_end_s = min(end_s, time.monotonic() + AUDIT_SHARE * share_s)
    _compare(night, [one for one in items if one.how == AUDIT], test, audit_end_s)


def _compare(night: Night, items: Sequence[PlanItem], test: Test, end_s: float) -> None:
    """Item by item, each landed at once; one that would not end in time is left."""
    campaign, spoken = night.campaign, night.spoken
    waiting = [one for one in items if one in spoken.not_done]
    for number, item in enumerate(waiting):
        case = night.case(item.case_id)
        now_s = time.monotonic()
        if case is None or item not in spoken.not_done or now_s + FEWEST * item.cost_s > end_s:
            continue
        task = Task(
            item=item,
            comparison_id=comparison_id(campaign.campaign_id, campaign.context.run_id, item),
            cost=case_cost(campaign, case, night.landed),
            deadline_s=fair_end_s(now_s, end_s, item.cost_s, len(waiting) - number),
            pins=night.earlier.pins,
        )
        _land(night, case, task, test(campaign, task))


def fair_end_s(now_s: float, end_s: float, cost_s: float, waiting: int) -> float:
    """When a comparison ends at the latest, so that one that cannot decide starves no other.

    After twice its part of the time left, for most take less than theirs, and never before what
    it is expected to take.

    Args:
        now_s: Moment, as the others.
        end_s: When all of them end.
        cost_s: What this one is expected to take.
        waiting: How many there are still to do, this one included.
    """
    part_s = 2 * (end_s - now_s) / waiting
    return min(end_s, now_s + max(cost_s, part_s))


def _land(night: Night, case: CaseTonight, task: Task, tested: Tested) -> None:
    """Land the blocks of a comparison and what they say."""
    campaign, item = night.campaign, task.item
    night.spoken.land_blocks(tested.blocks)
    if item.how == AUDIT:
        night.spoken.land(control_rows(campaign, case, task, tested))
        return
    cause = cause_of(night, case.screened[0], item.reference, tested.differences, tested.note)
    rows = change_rows(campaign, case, task, tested, cause)
    if item.how == ANCHOR:  # what is said of the night stands, unless this is worse
        rows = tuple(row for row in rows if row.verdict is Verdict.WORSE)
    night.spoken.land(rows)


def _decided(night: Night) -> tuple[VerdictRecord, ...]:
    tested = {row.verdict_id: row for row in night.spoken.tested}
    compared = frozenset(row.case_id for row in tested.values())
    return tuple(
        _decide(night, case, row, tested.get(row.verdict_id), compared)
        for case in night.cases
        for row in case.screened
    )


def _decide(
    night: Night,
    case: CaseTonight,
    screened: VerdictRecord,
    tested: VerdictRecord | None,
    compared: frozenset[str],
) -> VerdictRecord:
    late = "" if tested else _why_late(case, compared)
    return decide(case, screened, tested, _why_machine(night, case) or late)


def _why_late(case: CaseTonight, compared: frozenset[str]) -> str:
    """Why a case or metric that an A/B was wanted of has none; empty where none was wanted."""
    if case.reference is None or is_settled(case):
        return ""
    if case.case_id in compared:
        return NO_FIGURE if case.is_other_code else ""
    is_wanted = case.is_other_code or (case.is_suspected and case.revisions_differ)
    return LATE if is_wanted else ""


def _why_machine(night: Night, case: CaseTonight) -> str:
    """What is said of a suspect whose code did not change; empty of any other case."""
    if not (case.is_suspected and case.is_same_code) or case.reference is None:
        return ""
    base = night.landed.base(case.reference.campaign_id)
    moved = moved_facts(base.record, night.campaign.record) if base and base.record else ()
    differs = f", {', '.join(moved[:3])}" if moved else ""
    return f"machine or code: the code is that of {case.reference.night}{differs}"


def _tested(night: Night, changes: Sequence[VerdictRecord]) -> list[VerdictRecord]:
    """All that was compared tonight, as decided; of an earlier day as landed."""
    own = {row.verdict_id for row in changes}
    others = [row for row in night.spoken.tested if row.verdict_id not in own]
    names = night.spoken.plans.names
    return [*(row for row in changes if row.comparison in names), *others]
