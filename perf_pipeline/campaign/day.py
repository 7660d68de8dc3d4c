"""The end of a day: what counted, and the history published for people."""

from __future__ import annotations

from perf_pipeline.campaign.attempts import standing_attempt
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.errors import PerfError
from perf_pipeline.model import Day

MISSING = "missing"


def day_attempts(campaign: Campaign, day: Day) -> dict[str, str]:
    """Benchmark of the day -> status of its standing attempt, `missing` where there is none."""
    return {
        record.name: _standing(campaign, record.name)
        for record in campaign.record.benchmarks
        if record.day is day
    }


def publish_day(campaign: Campaign) -> str:
    """Load what is landed and publish it; returns the path or why that has to wait.

    A busy warehouse stops nothing: what is landed stays, and the next load takes it.
    """
    loaded = campaign.store.load()
    if loaded.busy:
        return f"landed, not loaded: {loaded.busy}"
    try:
        return str(campaign.store.publish())
    except PerfError as error:
        return f"not published: {error}"


def _standing(campaign: Campaign, name: str) -> str:
    standing = standing_attempt(campaign.store.attempts(campaign.campaign_id, name))
    return standing.status.value if standing else MISSING
