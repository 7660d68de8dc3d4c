"""What a landed attempt amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from perf_pipeline.model import Attempt, Trial, TrialStatus

WORST_FIRST = (
    TrialStatus.FAILED,
    TrialStatus.TIMED_OUT,
    TrialStatus.INVALID,
    TrialStatus.CONFIGURATION_FAILURE,
    TrialStatus.ENVIRONMENT_FAILURE,
    TrialStatus.SKIPPED,
    TrialStatus.OK,
)
"""The status of an attempt is the first of these that one of its trials has.

The workload's own faults come before those of its surroundings, as in the measurements.
"""


def attempt_of(trials: Sequence[Trial], path: str) -> Attempt:
    """The attempt whose trials these are: all of one landed file."""
    first = trials[0]
    statuses = {trial.status for trial in trials}
    faults = (trial.message for trial in trials if trial.status is not TrialStatus.OK)
    return Attempt(
        campaign_id=first.campaign_id,
        benchmark=first.benchmark,
        number=first.attempt,
        status=next(status for status in WORST_FIRST if status in statuses),
        trials=len(trials),
        path=path,
        faults=tuple(dict.fromkeys(fault for fault in faults if fault)),
    )


def unreadable_attempt(
    campaign_id: str, benchmark: str, number: int, path: Path, why: str
) -> Attempt:
    """An attempt whose file is damaged: it took place and took its number, but cannot count."""
    status = TrialStatus.ENVIRONMENT_FAILURE
    return Attempt(campaign_id, benchmark, number, status, 0, str(path), (why,))
