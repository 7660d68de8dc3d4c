"""Whether a night fails its run, as the suite asked for."""

from __future__ import annotations

from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import Subject, Verdict


def why_red(campaign: Campaign) -> str:
    """Why this run is to fail, as a sentence; empty when it is not.

    With `fail_on: worse` a night is red when something is proven worse; suspects never are.
    """
    if campaign.suite.fail_on != "worse":
        return ""
    worse = sorted(
        {
            one.benchmark
            for one in campaign.store.verdicts(campaign.campaign_id)
            if one.subject is Subject.CHANGE and one.verdict is Verdict.WORSE
        }
    )
    if not worse:
        return ""
    return f"{len(worse)} got worse: {', '.join(worse)}. The report says by how much and where."
