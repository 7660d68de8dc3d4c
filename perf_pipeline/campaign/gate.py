"""Whether a night fails its run, as the suite asked for."""

from __future__ import annotations

from perf_pipeline.analysis.sentence import counted
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import Subject, Verdict


def why_red(campaign: Campaign) -> str:
    """Why this run is to fail, as a sentence; empty when it is not.

    With `fail_on: worse` a night is red as long as something that an A/B proved worse is neither
    mended nor answered; suspects never are.
    """
    if campaign.suite.fail_on != "worse":
        return ""
    worse = [
        one
        for one in campaign.store.verdicts(campaign.campaign_id)
        if one.subject is Subject.CHANGE and one.verdict is Verdict.WORSE
    ]
    if not worse:
        return ""
    found = counted(len({one.finding_id or one.change_id for one in worse}), "finding")
    names = ", ".join(sorted({one.benchmark for one in worse}))
    return f"{found} for the worse: {names}. The report says by how much and where."
