"""Which campaign a run belongs to: `<suite>-<machine>-<night>-<n>`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.store import Store
from perf_pipeline.suite.benchmark import Suite

_FORM = re.compile(r"(?P<suite>\w+)-(?P<machine>[\w.]+)-(?P<night>\d{4}-\d\d-\d\d)-(?P<n>\d+)")


@dataclass(frozen=True, slots=True)
class CampaignId:
    """A campaign's name, taken apart.

    >>> str(CampaignId("builtin", "perf_01", date(2026, 11, 20), 2))
    'builtin-perf_01-2026-11-20-2'
    """

    suite: str
    machine: str
    night: date
    number: int

    def __str__(self) -> str:
        """The name."""
        return f"{self.suite}-{self.machine}-{self.night.isoformat()}-{self.number}"


def parse_campaign(text: str) -> CampaignId:
    """Take a campaign's name apart.

    Raises:
        CampaignError: It has not the form of one.
    """
    found = _FORM.fullmatch(text)
    night = _date(found["night"]) if found else None
    if found is None or night is None:
        raise CampaignError(
            f"{text!r} is not a campaign",
            why="a campaign is called <suite>-<machine>-<night>-<n>",
            todo='List them: perf-pipeline sql "select campaign from v_campaigns"',
        )
    return CampaignId(found["suite"], found["machine"], night, int(found["n"]))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def next_campaign(store: Store, suite: str, machine: str, night: date) -> CampaignId:
    """The campaign that a launch without a name begins: the night's next number."""
    taken = [parse_campaign(name) for name in store.campaigns(suite, machine)]
    numbers = [campaign.number for campaign in taken if campaign.night == night]
    return CampaignId(suite, machine, night, max(numbers, default=0) + 1)


def present_night(suite: Suite, now: datetime) -> date:
    """The date on which a campaign that begins now begins, in the suite's time zone."""
    zone = suite.schedule.time_zone if suite.schedule else "UTC"
    return now.astimezone(ZoneInfo(zone)).date()
