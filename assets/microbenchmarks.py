"""Day two: each component alone, in calls under a second."""

from __future__ import annotations

import dagster as dg

from assets.factory import day_benchmarks
from assets.naming import key, measured
from assets.summary import day_summary
from perf_pipeline.model import Day
from perf_pipeline.suite.benchmark import Suite


def microbenchmarks(suite: Suite) -> list[dg.AssetsDefinition]:
    """The assets of the second day."""
    before = key(suite, Day.BASELINE)
    return [
        *day_benchmarks(suite, Day.MICROBENCHMARKS, [before]),
        day_summary(suite, Day.MICROBENCHMARKS, [before, *measured(suite, Day.MICROBENCHMARKS)]),
    ]
