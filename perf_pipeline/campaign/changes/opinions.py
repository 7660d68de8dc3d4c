"""What people said of changes, as the decision reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from perf_pipeline.model import Event, EventKind


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person said of one change, and of which night and code."""

    kind: EventKind
    change_id: str
    campaign_id: str
    case_key: str
    metric: str
    fingerprint: str
    reason: str
    author: str


def opinions(events: Sequence[Event]) -> tuple[Opinion, ...]:
    """What people said of changes, the last word on each, oldest first."""
    spoken = [one for one in events if one.kind in (EventKind.ACCEPT, EventKind.DISPUTE)]
    ordered = sorted(spoken, key=lambda one: one.recorded_at)
    last = {one.subject_id: one for one in ordered}
    return tuple(_opinion(one) for one in ordered if last[one.subject_id] is one)


def _opinion(event: Event) -> Opinion:
    about: dict[str, str] = json.loads(event.payload)
    return Opinion(
        kind=event.kind,
        change_id=event.subject_id,
        campaign_id=about.get("campaign", ""),
        case_key=about.get("case_key", ""),
        metric=about.get("metric", ""),
        fingerprint=about.get("fingerprint", ""),
        reason=event.reason,
        author=event.author,
    )
