"""What stands from the nights before: changes that are worse, and levels that are explained."""

from __future__ import annotations

from collections.abc import Sequence

from perf_pipeline.campaign.changes.case_night import (
    CLEAR,
    EQUAL_OR_BETTER,
    CaseNight,
    CaseTonight,
    same_code,
)
from perf_pipeline.campaign.changes.opinions import Opinion
from perf_pipeline.model import (
    EventKind,
    Ground,
    State,
    Verdict,
    VerdictRecord,
    short_hash,
)


def change_id(row: VerdictRecord, reference: str) -> str:
    """The id of a change: the same on every night on which it is seen against one reference."""
    return short_hash("change", row.suite, row.machine, row.case_key, row.metric, reference)


def standing_worse(case: CaseTonight, metric: str) -> VerdictRecord | None:
    """The newest `worse` that was neither mended, nor accepted, nor disputed."""
    for night in reversed(case.past):
        row = night.row(metric)
        if night.campaign_id in case.accepted:
            return None
        if row is None:
            continue
        if row.state is State.FIXED or (row.ground is Ground.AB and row.verdict in EQUAL_OR_BETTER):
            return None
        if row.verdict is Verdict.WORSE:
            return None if disputed(case, row) else row
    return None


def standing(case: CaseTonight) -> tuple[VerdictRecord, ...]:
    """All metrics of a case that stand as worse."""
    found = (standing_worse(case, one.metric) for one in case.screened)
    return tuple(row for row in found if row is not None)


def disputed(case: CaseTonight, row: VerdictRecord) -> Opinion | None:
    """Who called a change false, of this very code; other code alerts anew.

    What fresh blocks have shown since is not what was disputed.
    """
    opinion = dispute_of(case, row)
    return None if opinion is None or _is_newer(case, row, opinion) else opinion


def dispute_of(case: CaseTonight, row: VerdictRecord) -> Opinion | None:
    """Who ever called a change of this very code false."""
    for one in case.opinions:
        about = one.kind is EventKind.DISPUTE and one.change_id == row.change_id
        if about and one.fingerprint == row.fingerprint:
            return one
    return None


def _is_newer(case: CaseTonight, row: VerdictRecord, opinion: Opinion) -> bool:
    """Whether a row is of a campaign after the one that was disputed; tonight's always is."""
    past = [night.campaign_id for night in case.past]
    if opinion.campaign_id not in past:
        return False
    return row.campaign_id not in past[: past.index(opinion.campaign_id) + 1]


def is_settled(case: CaseTonight) -> bool:
    """Whether this very code was called worse already, so that measuring it again says nothing.

    After a dispute it is measured once more.
    """
    if any(same_code(row.fingerprint, case.fingerprint) for row in standing(case)):
        return True
    return any(
        same_code(case.fingerprint, one.fingerprint) and _measured_again(case, one)
        for one in case.opinions
        if one.kind is EventKind.DISPUTE
    )


def level_since(past: Sequence[CaseNight], metric: str, accepted: frozenset[str]) -> str:
    """The campaign from which on the level of a metric is one; empty where all of it is.

    A level that an A/B or a person explained is no longer something the screen has to find: the
    nights before are left out.
    """
    for night in reversed(past):
        row = night.row(metric)
        if night.campaign_id in accepted or (row is not None and _is_new_level(row)):
            return night.campaign_id
    return ""


def _measured_again(case: CaseTonight, opinion: Opinion) -> bool:
    """Whether an A/B ran after the night that was disputed."""
    later = False
    for night in case.past:
        row = night.row(opinion.metric)
        if later and row is not None and row.ground is Ground.AB:
            return True
        later = later or night.campaign_id == opinion.campaign_id
    return False


def _is_new_level(row: VerdictRecord) -> bool:
    clear = row.verdict in CLEAR or row.state is State.FIXED
    return row.ground is Ground.AB and clear
