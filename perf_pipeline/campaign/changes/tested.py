"""One planned comparison: run, and what it says of every metric of its case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from perf_pipeline.campaign.ab.comparison import Settings, compare, usual_rules
from perf_pipeline.campaign.ab.result import OTHER_OUTPUT, Comparison
from perf_pipeline.campaign.ab.verdict import judged_metric
from perf_pipeline.campaign.arms.second_arm import sides_of
from perf_pipeline.campaign.changes.case_night import CaseTonight
from perf_pipeline.campaign.changes.pins import Pin
from perf_pipeline.campaign.errors import ArmsError
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.said import said
from perf_pipeline.measure.pace import CaseCost
from perf_pipeline.model import (
    Block,
    Ground,
    PlanItem,
    State,
    Subject,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.report.comparison.facts import ComparedMetric


@dataclass(frozen=True, slots=True)
class Task:
    """A comparison to be made now: its name, what a trial costs, and when it must end."""

    item: PlanItem
    comparison_id: str
    cost: CaseCost | None
    deadline_s: float
    pins: tuple[Pin, ...] = ()


@dataclass(frozen=True, slots=True)
class Tested:
    """What became of a task; `refusal` says why there was no second arm to compare with.

    `differences` are what the arms are known to differ in.
    """

    comparison: Comparison | None
    differences: tuple[str, ...] = ()
    note: str = ""
    refusal: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What lands as evidence."""
        return self.comparison.blocks if self.comparison else ()


Test = Callable[[Campaign, Task], Tested]


def run_test(campaign: Campaign, task: Task) -> Tested:
    """Build both arms and compare them; what goes wrong is told, not raised."""
    try:
        sides = sides_of(campaign, task.item, task.pins)
    except ArmsError as error:
        campaign.tell(f"{task.item.benchmark}: {error.what}")
        return Tested(None, refusal=error.what)
    settings = Settings(campaign.context, task.comparison_id, cost=task.cost)
    found = compare(sides.arms, usual_rules(), settings, campaign.tell, task.deadline_s)
    return Tested(found, sides.arms.differences, sides.note)


def change_rows(
    campaign: Campaign, case: CaseTonight, task: Task, tested: Tested, cause: str
) -> tuple[VerdictRecord, ...]:
    """A verdict for every judged metric of the case, before nights and people are heard."""
    blank = [_blank(row, task, cause) for row in case.screened]
    if tested.comparison is None:
        why = f"machine or code: {tested.refusal}"
        return tuple(_refused(row, Verdict.INCONCLUSIVE, Ground.NONE, why) for row in blank)
    refusal = tested.comparison.refusal
    if refusal:
        return tuple(_refused(row, Verdict.NOT_COMPARABLE, Ground.AB, refusal) for row in blank)
    found = _compared(campaign, case, tested.comparison)
    note = _note(case, task, tested.comparison)
    return tuple(_filled(row, found[row.metric], note) for row in blank if row.metric in found)


def control_rows(
    campaign: Campaign, case: CaseTonight, task: Task, tested: Tested
) -> tuple[VerdictRecord, ...]:
    """What an A/B of equal code says: every difference is a false alarm."""
    rows = [_control(campaign, row, task) for row in case.screened]
    if tested.comparison is None or tested.comparison.refusal:
        why = tested.comparison.refusal if tested.comparison else tested.refusal
        return tuple(_refused(row, Verdict.INCONCLUSIVE, Ground.NONE, why) for row in rows)
    found = _compared(campaign, case, tested.comparison)
    note = tested.comparison.note
    return tuple(_filled(row, found[row.metric], note) for row in rows if row.metric in found)


def _note(case: CaseTonight, task: Task, comparison: Comparison) -> str:
    """What else a reader must know of a comparison."""
    told = comparison.note.removesuffix(OTHER_OUTPUT).removesuffix("; ")
    return "; ".join(filter(None, (told, _strange(case, task, comparison))))


def _strange(case: CaseTonight, task: Task, comparison: Comparison) -> str:
    """Whether an arm ran other code than the night it stands for; empty where it did not."""
    nights = [one for one in (case.reference, case.anchor) if one is not None]
    base = next((one for one in nights if one.campaign_id == task.item.reference), None)
    if base is not None and _differ(base.fingerprint, comparison.fingerprint_a):
        return f"what ran on {base.night} cannot be put back exactly"
    if _differ(case.fingerprint, comparison.fingerprint_b):
        return "the code changed since it was measured tonight"
    return ""


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _compared(
    campaign: Campaign, case: CaseTonight, comparison: Comparison
) -> dict[str, ComparedMetric]:
    threshold = campaign.find_record(case.benchmark).threshold_percent
    return {
        one.metric.name: judged_metric(one, comparison.output, threshold)
        for one in comparison.results
    }


def _blank(screened: VerdictRecord, task: Task, cause: str) -> VerdictRecord:
    """The screen's row with its figures taken out."""
    return replace(
        screened,
        state=State.NONE,
        reference=task.item.reference,
        before=None,
        change_percent=None,
        low_percent=None,
        high_percent=None,
        detectable_percent=None,
        n=0,
        severe=False,
        comparison=task.comparison_id,
        cause=cause,
    )


def _refused(row: VerdictRecord, verdict: Verdict, ground: Ground, reason: str) -> VerdictRecord:
    return replace(row, verdict=verdict, ground=ground, reason=reason)


def _filled(row: VerdictRecord, found: ComparedMetric, note: str) -> VerdictRecord:
    return replace(
        row,
        verdict=found.verdict,
        ground=Ground.AB,
        reason="; ".join(filter(None, (found.reason, note))),
        before=found.before,
        after=found.after,
        change_percent=found.change_percent,
        low_percent=found.low_percent,
        high_percent=found.high_percent,
        detectable_percent=found.detectable_percent,
        n=found.blocks,
        p_value=found.p_value,
        severe=found.severe,
    )


def _control(campaign: Campaign, screened: VerdictRecord, task: Task) -> VerdictRecord:
    key = (task.comparison_id, screened.case_id, screened.metric)
    blank = _blank(screened, task, "")
    own = said(campaign, Subject.CONTROL, Verdict.INCONCLUSIVE, "", *key)
    return replace(blank, subject=Subject.CONTROL, verdict_id=own.verdict_id)
