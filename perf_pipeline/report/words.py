"""The words of the report: one per concept, the same as in SQL and on the command line."""

from __future__ import annotations

from enum import StrEnum

from perf_pipeline.model import (
    Day,
    Direction,
    MetricDefinition,
    MetricKind,
    TrialStatus,
    Verdict,
)
from perf_pipeline.report.text import shorten
from perf_pipeline.report.units import BARE, IN_BYTES, IN_NANOSECONDS, SHARE

METRIC_TITLES = {
    "cpu_ns": "CPU time",
    "wall_ns": "wall time",
    "waiting_ns": "waiting",
    "peak_rss_bytes": "peak memory",
    "setup_ns": "set-up time",
}

DAY_TITLES = {
    Day.BASELINE: "Baseline",
    Day.MICROBENCHMARKS: "Microbenchmarks",
    Day.MACROBENCHMARKS: "Macrobenchmarks",
    Day.DEEP_DIVE: "Deep dive",
    Day.ROADMAP: "Roadmap",
}

STATUS_WORDS = {
    TrialStatus.OK: "ok",
    TrialStatus.FAILED: "failed",
    TrialStatus.TIMED_OUT: "timed out",
    TrialStatus.INVALID: "invalid",
    TrialStatus.CONFIGURATION_FAILURE: "configuration failure",
    TrialStatus.ENVIRONMENT_FAILURE: "environment failure",
    TrialStatus.SKIPPED: "skipped",
}

GAVE_NO_RESULT = {
    TrialStatus.FAILED: "failed",
    TrialStatus.TIMED_OUT: "timed out",
    TrialStatus.INVALID: "broke their own promise",
    TrialStatus.CONFIGURATION_FAILURE: "could not be read or built",
    TrialStatus.ENVIRONMENT_FAILURE: "could not run here",
    TrialStatus.SKIPPED: "were not reached",
}
"""How the verdict sentence says it of several benchmarks."""

VERDICT_WORDS = {
    Verdict.WORSE: "worse",
    Verdict.BETTER: "better",
    Verdict.UNCHANGED: "unchanged",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.NOT_COMPARABLE: "not comparable",
    Verdict.NOT_MEASURED: "not measured",
    Verdict.MET: "met",
    Verdict.MISSED: "missed",
}


class Quantity(StrEnum):
    """What a metric is about, as far as the verdict sentence cares."""

    TIME = "time"
    MEMORY = "memory"
    OTHER = "other"


WORSE_WORDS = {
    Quantity.TIME: ("got slower", "got slower"),
    Quantity.MEMORY: ("uses more memory", "use more memory"),
    Quantity.OTHER: ("got worse", "got worse"),
}
BETTER_WORDS = {
    Quantity.TIME: ("got faster", "got faster"),
    Quantity.MEMORY: ("uses less memory", "use less memory"),
    Quantity.OTHER: ("got better", "got better"),
}


def shown_unit(metric: MetricDefinition) -> str:
    """The unit that values of a metric are written in; proportions become percent."""
    is_share = metric.kind is MetricKind.PROPORTION and metric.unit in BARE
    return SHARE if is_share else metric.unit


def gave_none(status: TrialStatus, number: int) -> str:
    """How one or several benchmarks came to have no result."""
    words = GAVE_NO_RESULT[status]
    return words if number > 1 else words.replace("were ", "was ").replace("their ", "its ")


def metric_title(name: str) -> str:
    """What a reader calls a metric; those that an author declared keep their name."""
    return METRIC_TITLES.get(name, shorten(name, 60))


def quantity_of(unit: str) -> Quantity:
    """What a metric of this unit is about; a rate is about time."""
    if unit in IN_NANOSECONDS or unit.endswith("/s"):
        return Quantity.TIME
    return Quantity.MEMORY if unit in (*IN_BYTES, "KB", "MB", "GB") else Quantity.OTHER


def metric_sentence(name: str) -> str:
    """The title at the start of a sentence; declared names are not touched."""
    title = metric_title(name)
    return title[0].upper() + title[1:] if name in METRIC_TITLES else title


def is_for_the_worse(change: float, direction: Direction) -> bool:
    """Whether a change of this sign is an unwelcome one."""
    return change < 0 if direction is Direction.HIGHER else change > 0


def day_number(day: Day) -> int:
    """1 for the baseline, 5 for the roadmap."""
    return list(Day).index(day) + 1
