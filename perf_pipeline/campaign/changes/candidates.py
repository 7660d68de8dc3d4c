"""Who gets an A/B tonight, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from perf_pipeline.campaign.changes.case_night import CaseTonight, same_code
from perf_pipeline.campaign.changes.reference import is_anchor_due
from perf_pipeline.campaign.changes.standing import is_settled
from perf_pipeline.model import PlanItem

AB, ANCHOR, AUDIT = "ab", "anchor", "aa"
"""How an item is worked off: against the reference, against the anchor, against itself."""
REPRESENTATIVES = 3
"""Cases that speak for the night when all of it moved."""
AUDIT_SHARE = 1 / 6
"""Part of the time that code may be compared with itself for."""


def candidates(
    cases: Sequence[CaseTonight],
    share_s: float,
    representatives: Collection[str] = (),
) -> tuple[PlanItem, ...]:
    """The comparisons of a night, the most urgent first; none without a past.

    Suspects of the screen, code that differs from the reference's (critical cases first, then the
    cheapest), those that speak for a night that moved as a whole, anchors that are due, and cases
    whose code is compared with itself, the longest untested first. Code that was called worse
    already is not measured again.

    Args:
        cases: As measured tonight.
        share_s: The time there is, of which a part goes into comparing code with itself; none of
            that where it is 0. All else is planned whatever it costs, so that it has a name.
        representatives: Case ids. Where there are some, they stand for all suspects whose code
            did not change.
    """
    chosen: dict[tuple[str, str], PlanItem] = {}
    for item in _ordered(cases, representatives, AUDIT_SHARE * share_s):
        chosen.setdefault((item.case_id, item.how), item)
    return tuple(_ranked(chosen.values()))


def _ordered(
    cases: Sequence[CaseTonight], representatives: Collection[str], audit_s: float
) -> Iterator[PlanItem]:
    compared = (one for one in cases if one.reference is not None and one.is_measured)
    known = [one for one in compared if not is_settled(one)]
    suspects = (one for one in known if not (representatives and one.is_same_code))
    yield from _against_reference(tuple(suspects), "suspected", _may_be_suspect)
    yield from _against_reference(known, "the code changed", lambda one: one.is_other_code)
    yield from _against_reference(
        known, "speaks for the night as a whole", lambda one: one.case_id in representatives
    )
    for one in sorted(filter(_is_anchor_wanted, known), key=lambda case: case.cost_s):
        if one.anchor is not None:
            yield _item(one, ANCHOR, one.anchor.campaign_id, "anchor due")
    yield from _audits(known, audit_s)


def _against_reference(
    cases: Sequence[CaseTonight], reason: str, chosen: Callable[[CaseTonight], bool]
) -> Iterator[PlanItem]:
    for one in sorted(filter(chosen, cases), key=lambda case: (not case.is_critical, case.cost_s)):
        if one.reference is not None:
            yield _item(one, AB, one.reference.campaign_id, reason)


def _may_be_suspect(case: CaseTonight) -> bool:
    """Suspected, and there is something else than this code to compare it with."""
    return case.is_suspected and (case.is_other_code or case.revisions_differ)


def _is_anchor_wanted(case: CaseTonight) -> bool:
    """Critical, due, and the anchor is other code than the reference's and tonight's."""
    if case.anchor is None or case.reference is None or not case.is_critical:
        return False
    return (
        is_anchor_due(case.past)
        and case.anchor.campaign_id != case.reference.campaign_id
        and not same_code(case.anchor.fingerprint, case.fingerprint)
    )


def _audits(cases: Sequence[CaseTonight], audit_s: float) -> Iterator[PlanItem]:
    """Cases whose code did not change, as many as the time allows, one at least."""
    left_s = audit_s
    if audit_s <= 0:
        return
    quiet = [one for one in cases if one.is_same_code and not one.is_suspected]
    for one in sorted(quiet, key=lambda case: (-_untested_for(case), case.cost_s)):
        if left_s < audit_s and one.cost_s > left_s:
            break
        left_s -= one.cost_s
        yield _item(one, AUDIT, "", "the same code, compared with itself")


def _untested_for(case: CaseTonight) -> int:
    """Campaigns since an A/B of any kind; all of the past where there was none."""
    for back, night in enumerate(reversed(case.past)):
        if night.is_tested:
            return back
    return len(case.past)


def _item(case: CaseTonight, how: str, reference: str, reason: str) -> PlanItem:
    return PlanItem(
        rank=0,
        benchmark=case.benchmark,
        case_id=case.case_id,
        question="false alarm?" if how == AUDIT else "worse or better?",
        how=how,
        reason=reason,
        cost_s=case.cost_s,
        reference=reference,
    )


def _ranked(items: Collection[PlanItem]) -> Iterator[PlanItem]:
    for rank, item in enumerate(items, start=1):
        yield replace(item, rank=rank)
