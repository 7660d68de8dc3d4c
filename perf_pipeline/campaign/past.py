"""What earlier campaigns on this machine say; never a reason to stop a night."""

from __future__ import annotations

from dataclasses import dataclass

from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.errors import PerfError
from perf_pipeline.model import SeriesHistory


@dataclass(frozen=True, slots=True)
class Past:
    """The histories of the campaign's series, or why they cannot be read now."""

    histories: tuple[SeriesHistory, ...]
    unreadable: str = ""

    def find(self, case_key: str, metric: str) -> SeriesHistory | None:
        """One series."""
        for one in self.histories:
            if (one.case_key, one.metric) == (case_key, metric):
                return one
        return None


def past_of(campaign: Campaign, nights: int) -> Past:
    """Read the histories; a warehouse that somebody else holds gives none, and the reason."""
    try:
        return Past(campaign.store.history(campaign.campaign_id, nights))
    except PerfError as error:
        return Past((), str(error))


def previous_campaign(campaign: Campaign) -> str:
    """The newest earlier campaign of the same kind on this machine; empty when there is none."""
    context = campaign.context
    known = campaign.store.campaigns(context.suite, context.machine)
    for campaign_id in reversed(known[: known.index(campaign.campaign_id)]):
        runs = campaign.store.runs(campaign_id)
        if runs and runs[0].kind is campaign.record.kind:
            return campaign_id
    return ""
