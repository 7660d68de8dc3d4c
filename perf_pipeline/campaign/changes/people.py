"""What people say of changes and references: landed events with author, time and reason."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from perf_pipeline.campaign.changes.case_night import CLEAR
from perf_pipeline.campaign.changes.pins import Pin, pin_of, pin_text
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.store import Store
from perf_pipeline.measure.machine import machine_name
from perf_pipeline.model import (
    CampaignKind,
    Event,
    EventKind,
    State,
    Subject,
    VerdictRecord,
    short_hash,
)

FAR_BACK = 100
"""How many campaigns an id is looked for in."""
ANSWERS = {EventKind.ACCEPT: "accepted", EventKind.DISPUTE: "disputed"}
SHORTEST = 4
"""Digits that an id must at least begin with."""


@dataclass(frozen=True, slots=True)
class Said:
    """A change or finding under its id, as the newest campaign that has it spoke of it.

    `found` is the newest row that calls it worse or better, with figures; `row` where there is
    none. `changes` are the rows it stands for: itself, or those of the finding. `events` are what
    people said of them, oldest first.
    """

    id: str
    row: VerdictRecord
    found: VerdictRecord
    changes: tuple[VerdictRecord, ...]
    events: tuple[Event, ...]


def said_changes(store: Store, suite: str, machine: str = "") -> tuple[Said, ...]:
    """Every change and finding of the last campaigns that has an id, the newest first.

    Changes are those that were called worse or better or were suspected, each as the newest
    campaign spoke of it; a finding stands before its changes. `machine` empty is this one.
    """
    events = store.events(suite)
    found: dict[str, Said] = {}
    for campaign_id in reversed(_campaigns(store, suite, machine)[-FAR_BACK:]):
        for one in _said_in(store.verdicts(campaign_id), events):
            newest = found.setdefault(one.id, one)
            if newest.found.verdict not in CLEAR and one.row.verdict in CLEAR:
                found[one.id] = replace(newest, found=one.row)
    return tuple(_with_newest(one, found) for one in found.values())


def _with_newest(said: Said, known: dict[str, Said]) -> Said:
    """A finding is landed on its first night; its changes may have been spoken of since."""
    return replace(said, changes=tuple(known[row.change_id].row for row in said.changes))


def find_change(store: Store, suite: str, change_id: str, machine: str = "") -> Said:
    """The change or finding that an id, or the beginning of one, names.

    Raises:
        CampaignError: None begins so, or several do; near ones are named.
    """
    known = {one.id: one for one in said_changes(store, suite, machine)}
    if change_id in known:
        return known[change_id]
    alike = [one for one in known.values() if one.id.startswith(change_id)]
    if len(alike) == 1 and len(change_id) >= SHORTEST:
        return alike[0]
    raise _not_found(change_id, known, suite)


def accept(  # noqa: PLR0913 - who says what of what
    store: Store, suite: str, change_id: str, reason: str, author: str, *, machine: str = ""
) -> tuple[Event, ...]:
    """Land that a change is wanted, or every change of a finding.

    The newest campaign that spoke of it becomes the reference of its case.

    Raises:
        CampaignError: The id is not that of one change or finding, or no reason is given.
    """
    said = find_change(store, suite, change_id, machine)
    return _say(store, EventKind.ACCEPT, said, reason, author)


def dispute(  # noqa: PLR0913 - who says what of what
    store: Store, suite: str, change_id: str, reason: str, author: str, *, machine: str = ""
) -> tuple[Event, ...]:
    """Land that a change is not true, or that none of a finding is; it counts as a false alarm.

    The reference stays. The next campaign measures the change once more, with fresh blocks.

    Raises:
        CampaignError: The id is not that of one change or finding, or no reason is given.
    """
    said = find_change(store, suite, change_id, machine)
    return _say(store, EventKind.DISPUTE, said, reason, author)


def pin(  # noqa: PLR0913 - who pins what under which name
    store: Store,
    suite: str,
    name: str,
    author: str,
    *,
    campaign_id: str = "",
    reason: str = "",
    machine: str = "",
) -> Pin:
    """Keep a campaign under a name, as the anchor that critical cases are held against.

    Args:
        store: Where the campaign is landed.
        suite: Whose campaign.
        name: Of the pin, such as `baseline_v1`; a later pin of that name takes its place.
        author: Who pins.
        campaign_id: Which campaign; empty is the newest full one of the machine.
        reason: Why, in a sentence; may be empty.
        machine: Empty is this one.

    Raises:
        CampaignError: There is no such campaign, or it has measured nothing.
    """
    made = pin_of(store, suite, name, campaign_id or _newest(store, suite, machine))
    keep_pin(store, made, author, reason)
    return made


def keep_pin(store: Store, made: Pin, author: str, reason: str = "") -> Event:
    """Land a pin, also one that was read from a file of another home."""
    payload = pin_text(made)
    return _land(
        store, EventKind.PIN, (made.suite, made.machine, made.name, payload), reason, author
    )


def _said_in(rows: Sequence[VerdictRecord], events: Sequence[Event]) -> list[Said]:
    changes = [row for row in rows if row.subject is Subject.CHANGE and row.change_id]
    spoken = [row for row in changes if row.verdict in CLEAR or row.state is not State.NONE]
    findings = [row for row in rows if row.subject is Subject.FINDING]
    grouped = [
        (one, one.finding_id, tuple(row for row in spoken if row.finding_id == one.finding_id))
        for one in findings
    ]
    alone = [(row, row.change_id, (row,)) for row in spoken]
    return [
        Said(
            key, row, row, members, tuple(one for one in events if one.subject_id in _ids(members))
        )
        for row, key, members in (*grouped, *alone)
    ]


def _ids(changes: Sequence[VerdictRecord]) -> set[str]:
    return {row.change_id for row in changes}


def _campaigns(store: Store, suite: str, machine: str) -> tuple[str, ...]:
    return store.campaigns(suite, machine or machine_name())


def _newest(store: Store, suite: str, machine: str) -> str:
    for campaign_id in reversed(_campaigns(store, suite, machine)):
        runs = store.runs(campaign_id)
        if runs and runs[0].kind is CampaignKind.FULL:
            return campaign_id
    raise CampaignError(
        f"Suite {suite} has no campaign on {machine or machine_name()} that could be pinned.",
        todo=f"Run one: perf-pipeline run --suite {suite}",
    )


def _say(store: Store, kind: EventKind, said: Said, reason: str, author: str) -> tuple[Event, ...]:
    if not reason.strip():
        raise CampaignError(
            f"Nothing was said of {said.id}: a reason is missing.",
            why="Whoever reads it in a year wants to know why.",
            todo='Give one: --reason "..."',
        )
    if not said.changes:
        raise CampaignError(
            f"{said.id} speaks of the machine, not of a change.",
            why=said.row.reason,
            kept="Nothing was said of it.",
        )
    answered = {event.subject_id: event for event in said.events}
    rows = [row for row in said.changes if not _is_said(row, kind, answered.get(row.change_id))]
    if not rows:
        last = said.events[-1]
        raise CampaignError(
            f"{said.id} was {ANSWERS[kind]} already.",
            why=f"{last.author}, {last.recorded_at:%Y-%m-%d}: {last.reason}",
            kept="Nothing was said of it again.",
        )
    return tuple(
        _land(
            store,
            kind,
            (row.suite, row.machine, row.change_id, _about(_as_found(store, row), said.id)),
            reason.strip(),
            author,
        )
        for row in rows
    )


def _is_said(row: VerdictRecord, kind: EventKind, last: Event | None) -> bool:
    """Whether the same was said of a change before; a false alert can come twice."""
    again = kind is EventKind.DISPUTE and last is not None and row.decided_at > last.recorded_at
    return last is not None and last.kind is kind and not (again and row.verdict in CLEAR)


def _as_found(store: Store, row: VerdictRecord) -> VerdictRecord:
    """The newest row that calls a change worse or better; a later night may know other code."""
    for campaign_id in reversed(_campaigns(store, row.suite, row.machine)[-FAR_BACK:]):
        if row.verdict in CLEAR:
            break
        rows = store.verdicts(campaign_id)
        clear = (one for one in rows if one.change_id == row.change_id and one.verdict in CLEAR)
        row = next(clear, row)
    return row


def _about(row: VerdictRecord, said_as: str) -> str:
    """Which night and code the event speaks of."""
    about = {
        "campaign": row.campaign_id,
        "benchmark": row.benchmark,
        "case_id": row.case_id,
        "case_key": row.case_key,
        "metric": row.metric,
        "reference": row.reference,
        "fingerprint": row.fingerprint,
        "said_as": said_as,
    }
    return json.dumps(about, ensure_ascii=False)


def _land(
    store: Store, kind: EventKind, about: tuple[str, str, str, str], reason: str, author: str
) -> Event:
    suite, machine, subject_id, payload = about
    now = datetime.now(UTC)
    event = Event(
        event_id=short_hash(kind.value, suite, machine, subject_id, now.isoformat()),
        kind=kind,
        suite=suite,
        machine=machine,
        night=now.date(),
        subject_id=subject_id,
        reason=reason,
        author=author,
        recorded_at=now,
        payload=payload,
    )
    store.land_event(event)
    return event


def _not_found(change_id: str, known: dict[str, Said], suite: str) -> CampaignError:
    todo = f"List them: perf-pipeline changes list --suite {suite}"
    alike = [one for one in known.values() if change_id and one.id.startswith(change_id)]
    if len(alike) > 1:
        named = "; ".join(_named(one) for one in alike[:5])
        return CampaignError(f"{change_id!r} begins {len(alike)} ids.", why=named, todo=todo)
    if alike:
        return CampaignError(
            f"{change_id!r} is too short: {SHORTEST} digits are needed.",
            why=f"Probably {_named(alike[0])}.",
            todo=todo,
        )
    near = difflib.get_close_matches(change_id, list(known), n=1)
    hint = f"Did you mean {_named(known[near[0]])}?" if near else _newest_named(known)
    return CampaignError(f"There is no change {change_id!r}.", why=hint, todo=todo)


def _newest_named(known: dict[str, Said]) -> str:
    if not known:
        return f"Nothing was called worse or better or was suspected in {FAR_BACK} campaigns."
    return f"The newest are {'; '.join(_named(one) for one in list(known.values())[:3])}."


def _named(said: Said) -> str:
    row = said.row
    what = "finding" if row.subject is Subject.FINDING else f"{row.benchmark} {row.metric}"
    return f"{said.id} ({what}, {row.verdict.value}, {row.night})"
