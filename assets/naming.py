"""Keys, groups and partitions of a suite's assets."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol

import dagster as dg

from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import Day
from perf_pipeline.suite.benchmark import Suite

FIRST_NIGHT = datetime(2026, 1, 1, tzinfo=UTC)


class CampaignHandle(Protocol):
    """What the resource of a suite gives its assets."""

    @property
    def campaign(self) -> Campaign:
        """The campaign of this run."""

    @property
    def reports_url(self) -> str:
        """Where reports are served."""


def resource_key(suite: Suite) -> str:
    """The resource that a suite's assets need."""
    return f"campaign_{suite.name}"


def handle_of(context: dg.AssetExecutionContext, suite: Suite) -> CampaignHandle:
    """The campaign resource of this run."""
    found: CampaignHandle = getattr(context.resources, resource_key(suite))
    return found


def key(suite: Suite, name: str) -> dg.AssetKey:
    """`[suite, name]`."""
    return dg.AssetKey([suite.name, str(name)])  # a Day is no plain text to Dagster


def tag_value(text: str) -> str:
    """Free text as Dagster takes it for a tag: 1 to 63 letters, digits, `_`, `-` and `.`.

    >>> tag_value("sigma lang"), tag_value("")
    ('sigma_lang', 'none')
    """
    return re.sub(r"[^A-Za-z0-9_.-]", "_", text)[:63] or "none"


def nights(suite: Suite) -> dg.DailyPartitionsDefinition:
    """A partition per night in the suite's time zone, the present one included."""
    zone = suite.schedule.time_zone if suite.schedule else "UTC"
    return dg.DailyPartitionsDefinition(FIRST_NIGHT, timezone=zone, end_offset=1)


def measured(suite: Suite, day: Day) -> list[dg.AssetKey]:
    """Keys of a day's benchmarks, invalid ones too."""
    records = [one.record for one in suite.benchmarks] + list(suite.invalid)
    return [key(suite, record.name) for record in records if record.day is day]
