"""What a report says beside tonight's verdicts: of earlier nights, of people, of our own errors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.errors import PerfError
from perf_pipeline.model import (
    CampaignKind,
    Event,
    Ground,
    SameCode,
    State,
    Subject,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.report.facts import OpenChange

FAR_BACK = 100


def still_worse(campaign: Campaign, verdicts: Sequence[VerdictRecord]) -> tuple[OpenChange, ...]:
    """Changes that an earlier night found worse and that are neither mended nor answered."""
    news = {row.finding_id for row in verdicts if row.subject is Subject.FINDING}
    rows = [row for row in verdicts if _is_open(row) and row.finding_id not in news]
    first = _first_nights(campaign, {row.change_id for row in rows})
    return tuple(
        OpenChange(
            verdict=row,
            first_night=first[row.change_id],
            owner=campaign.find_record(row.benchmark).owner or campaign.suite.owner,
        )
        for row in rows
        if row.change_id in first
    )


def said_of(campaign: Campaign, verdicts: Sequence[VerdictRecord]) -> tuple[Event, ...]:
    """What people said of the changes that stand in a campaign, oldest first."""
    ids = {row.change_id for row in verdicts if row.change_id}
    if not ids:
        return ()
    events = campaign.store.events(campaign.context.suite)
    return tuple(one for one in events if one.subject_id in ids)


def same_code(campaign: Campaign) -> tuple[SameCode, ...]:
    """How often equal code was called different here; empty while the warehouse is held."""
    try:
        return campaign.store.same_code(campaign.context.suite, campaign.context.machine)
    except PerfError:
        return ()


def _is_open(row: VerdictRecord) -> bool:
    """Worse, or worse as far as anybody knows: the code changed and nothing is known of it."""
    known = row.ground is not Ground.SCREEN and row.state is State.ESTABLISHED
    unknown = known and row.verdict is not Verdict.BETTER
    is_change = row.subject is Subject.CHANGE and bool(row.change_id)
    return is_change and (row.verdict is Verdict.WORSE or unknown)


def _first_nights(campaign: Campaign, ids: Collection[str]) -> dict[str, date]:
    """Change -> the night on which it was first called worse, of those of earlier nights.

    An open change is spoken of in every campaign, so looking back ends where it is not.
    """
    context, store = campaign.context, campaign.store
    known = store.campaigns(context.suite, context.machine)
    found: dict[str, date] = {}
    open_ids = set(ids)
    for campaign_id in reversed(known[: known.index(campaign.campaign_id)][-FAR_BACK:]):
        if not open_ids:
            break
        runs = store.runs(campaign_id)
        if not runs or runs[0].kind is not CampaignKind.FULL:
            continue
        rows = [row for row in store.verdicts(campaign_id) if row.change_id in open_ids]
        found |= {row.change_id: row.night for row in rows if row.verdict is Verdict.WORSE}
        open_ids &= {row.change_id for row in rows}
    return found
