"""What `workspace.yaml` names: every registered suite as assets, jobs and schedules."""

from __future__ import annotations

import logging

import dagster as dg

from assets.baseline import baseline
from assets.deep_dive import deep_dive
from assets.macrobenchmarks import macrobenchmarks
from assets.microbenchmarks import microbenchmarks
from assets.naming import resource_key
from assets.roadmap import roadmap
from jobs.campaigns import campaign_jobs
from jobs.resources import campaign_resource
from jobs.schedules import nightly
from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from perf_pipeline.suite.registry import registered

DAYS = (baseline, microbenchmarks, macrobenchmarks, deep_dive, roadmap)


def build(suites: list[Suite]) -> dg.Definitions:
    """Definitions of the given suites.

    Steps run in the run's own process: a process per step costs four CPU seconds of imports, and
    nothing may run beside a benchmark.
    """
    return dg.Definitions(
        assets=[asset for suite in suites for day in DAYS for asset in day(suite)],
        jobs=[job for suite in suites for job in campaign_jobs(suite)],
        schedules=[nightly(one, one.schedule) for one in suites if one.schedule],
        resources={resource_key(suite): campaign_resource(suite) for suite in suites},
        executor=dg.in_process_executor,
    )


def load_definitions() -> dg.Definitions:
    """Definitions of every suite registered in the home.

    A suite whose `suite.yaml` cannot be read is left out and named in the log of the code server:
    the nights of the others go on.
    """
    suites = []
    for root in registered(find_home()):
        try:
            suites.append(read_suite(root))
        except PerfError as error:
            logging.getLogger(__name__).error("%s is left out: %s", root, error)  # noqa: TRY400
    return build(suites)


defs = load_definitions()
