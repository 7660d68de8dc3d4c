"""The night as a whole: did all of it move, and do its representatives say why?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from perf_pipeline.analysis.common_mode import CommonMode, common_mode
from perf_pipeline.analysis.sentence import counted
from perf_pipeline.campaign.changes.candidates import REPRESENTATIVES
from perf_pipeline.campaign.changes.case_night import CaseTonight
from perf_pipeline.campaign.changes.earlier import Earlier
from perf_pipeline.campaign.changes.reference import moved_facts
from perf_pipeline.campaign.changes.tonight import Night
from perf_pipeline.campaign.identity import parse_campaign
from perf_pipeline.campaign.said import said
from perf_pipeline.model import (
    Ground,
    SeriesPoint,
    State,
    Subject,
    Verdict,
    VerdictRecord,
    short_hash,
)
from perf_pipeline.report.units import change

METRIC = "cpu_ns"
"""One series per case speaks for the machine: the one that a busy neighbour moves least."""


def whole_night(cases: Sequence[CaseTonight], earlier: Earlier) -> CommonMode | None:
    """What the CPU time of all cases has in common tonight; None where too little is known."""
    series = [found for one in cases if (found := _series(one, earlier))]
    nights = sorted({night for found in series for night in found})
    if not series or not nights:
        return None
    rows = [[found.get(night, math.nan) for night in nights] for found in series]
    return common_mode(np.array(rows, dtype=np.float64))


def representatives(cases: Sequence[CaseTonight], common: CommonMode | None) -> frozenset[str]:
    """The cheapest cases with a reference, where the night moved as a whole; else none."""
    if common is None or not common.is_finding:
        return frozenset()
    known = [one for one in cases if one.reference is not None and one.is_measured]
    cheapest = sorted(known, key=lambda one: one.cost_s)[:REPRESENTATIVES]
    return frozenset(one.case_id for one in cheapest)


def night_finding(night: Night, changes: Sequence[VerdictRecord]) -> VerdictRecord | None:
    """The row that says that the night moved; never red, for the machine may have.

    Args:
        night: Tonight.
        changes: As decided: those of the representatives say whether the code moved with it.
    """
    common = night.common
    if common is None or not common.is_finding:
        return None
    campaign = night.campaign
    finding_id = short_hash("finding", campaign.campaign_id, "night")
    moved = [100 * math.expm1(part) for part in (common.shift, common.low, common.high)]
    beside = _moved_facts(night)
    what = f"The night as a whole: CPU time {change(*moved)} over {counted(common.series, 'case')}"
    spoken = _spoken(night, changes)
    own = said(campaign, Subject.FINDING, Verdict.INCONCLUSIVE, f"{what}; {spoken}", finding_id)
    return replace(
        own,
        metric=METRIC,
        unit="ns",
        state=State.SUSPECTED,
        ground=Ground.SCREEN,
        reference="history",
        change_percent=moved[0],
        low_percent=moved[1],
        high_percent=moved[2],
        detectable_percent=100 * math.expm1(common.detectable),
        n=common.series,
        finding_id=finding_id,
        cause=", ".join(beside),
    )


def _series(case: CaseTonight, earlier: Earlier) -> dict[tuple[date, int], float]:
    """CPU time (ln) by night and number of the campaign; tonight is the last of them."""
    tonight = next((one for one in case.screened if one.metric == METRIC), None)
    if tonight is None or not tonight.after or tonight.after <= 0:
        return {}
    points = earlier.level(case.case_key, METRIC)
    found = {_place(one): math.log(one.value) for one in points if one.value > 0}
    return found | {_place(tonight): math.log(tonight.after)}


def _place(one: SeriesPoint | VerdictRecord) -> tuple[date, int]:
    return one.night, parse_campaign(one.campaign_id).number


def _spoken(night: Night, changes: Sequence[VerdictRecord]) -> str:
    """What the A/Bs of the representatives say of code and packages."""
    chosen = representatives(night.cases, night.common)
    tested = [
        row
        for row in changes
        if row.case_id in chosen and row.metric == METRIC and row.ground is Ground.AB
    ]
    clear = [row for row in tested if row.verdict in (Verdict.WORSE, Verdict.BETTER)]
    same = [row for row in tested if row.verdict is Verdict.UNCHANGED]
    if clear:
        return f"{len(clear)} of {counted(len(tested), 'representative')} moved in an A/B as well"
    if same:
        return f"{counted(len(same), 'representative')} unchanged in an A/B: the machine, not code"
    return "the code of its representatives is the same: the machine or its environment"


def _moved_facts(night: Night) -> tuple[str, ...]:
    """What else than code is new since the night before."""
    past = [one for case in night.cases for one in case.past[-1:]]
    if not past:
        return ()
    last = max(past, key=lambda one: (one.night, one.campaign_id))
    base = night.landed.base(last.campaign_id)
    return moved_facts(base.record, night.campaign.record) if base and base.record else ()
