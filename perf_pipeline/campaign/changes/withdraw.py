"""What a night takes back, because it compared so much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perf_pipeline.analysis.false_discovery import benjamini_hochberg
from perf_pipeline.analysis.sentence import counted
from perf_pipeline.campaign.changes.case_night import CLEAR
from perf_pipeline.model import State, Verdict, VerdictRecord

FALSE_DISCOVERIES = 0.05
"""Of the differences that a night reports at most this part may be chance."""


def withdraw(
    changes: Sequence[VerdictRecord], tested: Sequence[VerdictRecord]
) -> tuple[VerdictRecord, ...]:
    """The changes, without those that may be chance among so many comparisons.

    Benjamini and Hochberg (1995) over all metrics that were compared tonight; it only takes back.

    Args:
        changes: As decided.
        tested: All rows of the night that rest on an A/B of tonight.
    """
    judged = [row for row in tested if row.p_value is not None]
    kept = benjamini_hochberg([row.p_value or 0.0 for row in judged], FALSE_DISCOVERIES)
    doubtful = {row.verdict_id for row, keep in zip(judged, kept, strict=True) if not keep}
    among = counted(len(judged), "comparison")
    return tuple(
        replace(
            row,
            verdict=Verdict.INCONCLUSIVE,
            state=State.SUSPECTED,
            reason=f"{row.reason}; may be chance among {among} tonight",
        )
        if row.verdict in CLEAR and row.verdict_id in doubtful
        else row
        for row in changes
    )
