"""What earlier campaigns on this machine say of tonight's cases, and people of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from perf_pipeline.campaign.changes.candidates import ANCHOR
from perf_pipeline.campaign.changes.case_night import CaseNight, accepted_in
from perf_pipeline.campaign.changes.opinions import Opinion, opinions
from perf_pipeline.campaign.changes.pins import Pin, pins_in
from perf_pipeline.campaign.changes.reference import ANCHOR_EVERY
from perf_pipeline.campaign.changes.standing import level_since
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.past import Past, past_of
from perf_pipeline.model import SeriesHistory, SeriesPoint, Subject, VerdictRecord

NIGHTS = 100
"""How far back the screen and the decision look."""


@dataclass(frozen=True)
class Earlier:
    """The past of a campaign; `nights` has the earlier nights of each case key, oldest first."""

    past: Past
    nights: Mapping[str, tuple[CaseNight, ...]] = field(default_factory=dict)
    opinions: tuple[Opinion, ...] = ()
    pins: tuple[Pin, ...] = ()

    def of(self, case_key: str) -> tuple[CaseNight, ...]:
        """The earlier nights of a case."""
        return self.nights.get(case_key, ())

    def said_of(self, case_key: str) -> tuple[Opinion, ...]:
        """What people said of the changes of a case."""
        return tuple(one for one in self.opinions if one.case_key == case_key)

    def level(self, case_key: str, metric: str) -> tuple[SeriesPoint, ...]:
        """The points of a series since an A/B or a person last explained a new level."""
        history = self.past.find(case_key, metric)
        points = history.points if history else ()
        nights = self.of(case_key)
        since = level_since(nights, metric, accepted_in(self.said_of(case_key)))
        if not since:
            return points
        names = [one.campaign_id for one in nights]
        level = set(names[names.index(since) :])
        return tuple(one for one in points if one.campaign_id in level)

    def pinned(self, case_key: str) -> CaseNight | None:
        """The newest pin that has a case."""
        for pin in reversed(self.pins):
            for one in pin.series:
                if one.case_key == case_key:
                    return CaseNight(
                        pin.campaign_id, date.fromisoformat(pin.night), one.fingerprint
                    )
        return None


def read_earlier(campaign: Campaign) -> Earlier:
    """Read the past; one that cannot be read now is empty and says why."""
    past = past_of(campaign, NIGHTS)
    nights = _nights(past.histories)
    if not nights:
        return Earlier(past)
    events = campaign.store.events(campaign.context.suite)
    here = tuple(one for one in events if one.machine == campaign.context.machine)
    return Earlier(past, _with_rows(campaign, nights), opinions(here), pins_in(events))


def _nights(histories: tuple[SeriesHistory, ...]) -> dict[str, list[CaseNight]]:
    """The nights on which each case was measured, of whatever metric; oldest first."""
    found: dict[str, dict[str, CaseNight]] = defaultdict(dict)
    for history in histories:
        for point in history.points:
            night = CaseNight(point.campaign_id, point.night, point.fingerprint)
            found[history.case_key].setdefault(point.campaign_id, night)
    return {key: list(nights.values()) for key, nights in found.items()}


def _with_rows(
    campaign: Campaign, nights: dict[str, list[CaseNight]]
) -> dict[str, tuple[CaseNight, ...]]:
    """The nights with what was said of them, in the order of the campaigns."""
    context = campaign.context
    measured = {one.campaign_id for found in nights.values() for one in found}
    known = [
        one for one in campaign.store.campaigns(context.suite, context.machine) if one in measured
    ]
    place = {campaign_id: number for number, campaign_id in enumerate(known)}
    said = {campaign_id: _Said.of(campaign, campaign_id) for campaign_id in known}
    for campaign_id in known[-ANCHOR_EVERY:]:
        said[campaign_id].anchored |= _anchored(campaign, campaign_id)
    return {
        key: tuple(
            said[one.campaign_id].complete(key, one)
            for one in sorted(found, key=lambda night: place.get(night.campaign_id, -1))
            if one.campaign_id in said
        )
        for key, found in nights.items()
    }


@dataclass
class _Said:
    """What one campaign said, by case key."""

    rows: dict[str, list[VerdictRecord]]
    audited: set[str]
    anchored: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, campaign: Campaign, campaign_id: str) -> _Said:
        rows: dict[str, list[VerdictRecord]] = defaultdict(list)
        audited = set()
        for row in campaign.store.verdicts(campaign_id):
            if row.subject is Subject.CHANGE:
                rows[row.case_key].append(row)
            elif row.subject is Subject.CONTROL:
                audited.add(row.case_key)
        return cls(rows, audited)

    def complete(self, case_key: str, night: CaseNight) -> CaseNight:
        return replace(
            night,
            rows=tuple(self.rows.get(case_key, ())),
            is_anchored=case_key in self.anchored,
            is_audited=case_key in self.audited,
        )


def _anchored(campaign: Campaign, campaign_id: str) -> set[str]:
    blocks = campaign.store.blocks(campaign_id)
    return {one.case_key for one in blocks if one.comparison.startswith(f"{ANCHOR}-")}
