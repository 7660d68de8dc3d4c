"""Day three: whole flows, load and endurance."""

from __future__ import annotations

import dagster as dg

from assets.factory import day_benchmarks
from assets.naming import key, measured
from assets.summary import day_summary
from perf_pipeline.model import Day
from perf_pipeline.suite.benchmark import Suite


def macrobenchmarks(suite: Suite) -> list[dg.AssetsDefinition]:
    """The assets of the third day."""
    before = key(suite, Day.MICROBENCHMARKS)
    return [
        *day_benchmarks(suite, Day.MACROBENCHMARKS, [before]),
        day_summary(suite, Day.MACROBENCHMARKS, [before, *measured(suite, Day.MACROBENCHMARKS)]),
    ]
