"""Which attempt of a benchmark a campaign stands on."""

from __future__ import annotations

from collections.abc import Sequence

from perf_pipeline.model import Attempt, TrialStatus


def standing_attempt(attempts: Sequence[Attempt]) -> Attempt | None:
    """The first that ended ok, which counts for ever, else the last; None where there is none."""
    counted = [one for one in attempts if one.status is TrialStatus.OK]
    return next(iter([*counted, *attempts[-1:]]), None)
