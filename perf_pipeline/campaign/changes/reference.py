"""What a case is compared with: the reference, which moves with evidence, and the anchor.

The reference never moves because time passed: a slow creep would carry it along. That it moves on
`unchanged` leaves room for steps under the resolution, which the anchor finds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from perf_pipeline.campaign.changes.case_night import EQUAL_OR_BETTER, CaseNight
from perf_pipeline.model import Ground, RunRecord, Verdict

ANCHOR_BACK = 30
"""So many campaigns ago lies the anchor of a case that no pin has."""
ANCHOR_EVERY = 7
"""Campaigns from one test against the anchor to the next."""


def reference_of(
    past: Sequence[CaseNight], accepted: Collection[str], deciding: Collection[str]
) -> CaseNight | None:
    """The campaign a case is compared with tonight; None on its first night.

    The newest that was accepted, or whose A/B found every deciding metric unchanged or better and
    no metric worse; without such a one the first that measured it.

    Args:
        past: Earlier campaigns, oldest first.
        accepted: Campaigns in which a change of the case was accepted.
        deciding: Names of the metrics that rest on CPU time or waiting.
    """
    for one in reversed(past):
        if one.campaign_id in accepted or moves_reference(one, deciding):
            return one
    return past[0] if past else None


def moves_reference(night: CaseNight, deciding: Collection[str]) -> bool:
    """Whether a campaign's A/B makes it the reference of the nights to come."""
    compared = [row for row in night.rows if row.ground is Ground.AB and row.metric in deciding]
    return (
        bool(compared)
        and all(row.verdict in EQUAL_OR_BETTER for row in compared)
        and all(row.verdict is not Verdict.WORSE for row in night.rows)
    )


def anchor_of(
    past: Sequence[CaseNight], accepted: Collection[str], pinned: CaseNight | None
) -> CaseNight | None:
    """What critical cases are held against from time to time, so that creep is found.

    The pin; without one the campaign 30 campaigns ago, else the first. An accepted level is newer
    truth than any of them; one that got better than an anchor that nobody chose.
    """
    if not past:
        return pinned
    start = 0 if pinned else max(0, len(past) - ANCHOR_BACK)
    for one in reversed(past[start:]):
        if one.campaign_id in accepted and not (pinned and pinned.night > one.night):
            return one
        if not pinned and any(_is_better(row.verdict, row.ground) for row in one.rows):
            return one
    return pinned or past[start]


def is_anchor_due(past: Sequence[CaseNight]) -> bool:
    """Whether the last test against an anchor, or the first night, is 7 campaigns ago."""
    recent = past[-(ANCHOR_EVERY - 1) :]
    return len(past) >= ANCHOR_EVERY and not any(one.is_anchored for one in recent)


def moved_facts(before: RunRecord, after: RunRecord) -> tuple[str, ...]:
    """What else than code differs between two runs: `kernel 6.1 → 6.2`; packages come last."""
    was = {fact.name: fact.value for fact in before.environment}
    now = {fact.name: fact.value for fact in after.environment}
    moved = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    ordered = sorted(moved, key=lambda name: (name.startswith("package "), name))
    return tuple(
        f"{name.removeprefix('package ')} {was.get(name, 'none')} → {now.get(name, 'none')}"
        for name in ordered
    )


def _is_better(verdict: Verdict, ground: Ground) -> bool:
    return verdict is Verdict.BETTER and ground is Ground.AB
