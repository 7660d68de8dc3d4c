"""What a campaign can refuse."""

from __future__ import annotations

from perf_pipeline.errors import PerfError


class CampaignError(PerfError):
    """Raised when a campaign cannot be begun or continued as asked."""


class ArmsError(CampaignError):
    """Raised when there is no second arm for an A/B; `what` can stand as a verdict's reason."""


class NoSuchCaseError(ArmsError):
    """Raised when a revision has no such case, or asks something else: nothing is amiss then."""


class MachineBusyError(PerfError):
    """Raised when another run holds the machine; nothing was measured."""

    exit_code = 3


class UnfitError(PerfError):
    """Raised when nothing can be measured on this machine as it is."""

    exit_code = 3


class BrokenOffError(PerfError):
    """Raised when a campaign ended before its report was written."""

    exit_code = 3


class StoppedError(PerfError):
    """Raised when somebody stopped a run, by Ctrl-C or SIGTERM."""

    exit_code = 130
