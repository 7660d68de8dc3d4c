"""Where changes come from, between which revisions, and which of them belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perf_pipeline.campaign.changes.case_night import CLEAR, same_code
from perf_pipeline.campaign.changes.findings import Changed, Found, changed_parts, group, told_cause
from perf_pipeline.campaign.changes.tonight import Night
from perf_pipeline.campaign.packages import package_differences
from perf_pipeline.campaign.said import said
from perf_pipeline.model import Ground, State, Subject, VerdictRecord

SHOWN = 7
"""Digits of a revision that people read."""


def cause_of(
    night: Night, row: VerdictRecord, reference: str, differences: Sequence[str], note: str
) -> str:
    """What moved beneath a case since a reference, in words.

    Files are those that the case really ran; where that is not known or none of them moved, those
    that differ between the arms.
    """
    base = night.landed.base(reference)
    benchmark = night.campaign.find(row.benchmark)
    packages: tuple[str, ...] = ()
    if base is not None and base.record is not None and benchmark is not None:
        packages = package_differences(base.record, night.campaign.record, benchmark)
    parts = _parts(night, row, reference) or tuple(differences)
    return told_cause(_span(night, row.case_key, reference), parts, packages, note)


def found_together(
    night: Night, changes: Sequence[VerdictRecord]
) -> tuple[tuple[VerdictRecord, ...], tuple[VerdictRecord, ...]]:
    """Put what got worse or better tonight into findings, with what an earlier day found.

    Returns:
        The changes with the ids of their findings, and a row for every finding.
    """
    own = {row.verdict_id for row in changes}
    others = (row for row in night.spoken.tested if row.verdict_id not in own)
    names = night.spoken.plans.names
    news = [row for row in (*changes, *others) if row.comparison in names and _is_news(night, row)]
    groups = group([_changed(night, row) for row in news])
    ids = {row.verdict_id: one.finding_id for one in groups for row in one.changes}
    named = (replace(row, finding_id=ids.get(row.verdict_id, row.finding_id)) for row in changes)
    return tuple(named), tuple(_row(night, one) for one in groups)


def _is_news(night: Night, row: VerdictRecord) -> bool:
    """Clear tonight, and not part of the finding of an earlier night."""
    clear = row.verdict in CLEAR and row.state is State.ESTABLISHED
    past = (one for before in night.earlier.of(row.case_key) for one in before.rows)
    known = {one.finding_id for one in past if one.finding_id}
    return clear and row.finding_id not in known


def _changed(night: Night, row: VerdictRecord) -> Changed:
    metrics = night.campaign.find_record(row.benchmark).metrics
    return Changed(
        row=row,
        parts=_parts(night, row, row.reference) or tuple(filter(None, [row.cause])),
        span=_span(night, row.case_key, row.reference),
        is_derived=any(one.derived for one in metrics if one.name == row.metric),
    )


def _parts(night: Night, row: VerdictRecord, reference: str) -> tuple[str, ...]:
    before = night.landed.code(reference, row.benchmark, row.case_key)
    after = night.landed.code(row.campaign_id, row.benchmark, row.case_key)
    return changed_parts(before, after) if before and after else ()


def _span(night: Night, case_key: str, reference: str) -> tuple[str, str]:
    """From the last night that ran the reference's code to tonight, as people name revisions."""
    past = night.earlier.of(case_key)
    code = next((one.fingerprint for one in past if one.campaign_id == reference), "")
    last = next((one for one in reversed(past) if same_code(one.fingerprint, code)), None)
    base = night.landed.base(last.campaign_id if last else reference)
    record = night.campaign.record
    before = _label(base.revision, base.uncommitted) if base else ""
    return before, _label(record.revision, record.uncommitted)


def _label(revision: str, uncommitted: bool) -> str:
    return f"{revision[:SHOWN]}+uncommitted" if revision and uncommitted else revision[:SHOWN]


def _row(night: Night, found: Found) -> VerdictRecord:
    lead = found.changes[0]
    own = said(night.campaign, Subject.FINDING, found.verdict, found.reason, found.finding_id)
    return replace(
        own,
        benchmark=lead.benchmark,
        component=lead.component,
        case_id=lead.case_id,
        case_key=lead.case_key,
        metric=lead.metric,
        unit=lead.unit,
        state=lead.state,
        ground=Ground.AB,
        reference=lead.reference,
        before=lead.before,
        after=lead.after,
        change_percent=lead.change_percent,
        low_percent=lead.low_percent,
        high_percent=lead.high_percent,
        severe=any(row.severe for row in found.changes),
        n=len(found.changes),
        finding_id=found.finding_id,
        comparison=lead.comparison,
        cause=found.cause,
    )
