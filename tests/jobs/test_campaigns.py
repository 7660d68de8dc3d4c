"""Which assets a job runs, and in which process."""

from __future__ import annotations

import pytest

from jobs.campaigns import campaign_jobs
from jobs.definitions import build
from perf_pipeline.model import Day
from perf_pipeline.suite.benchmark import Suite

BEGIN = {"machine", "control"}
DAYS = {
    Day.BASELINE: BEGIN | {"SortNumbers", "baseline"},
    Day.MICROBENCHMARKS: BEGIN | {"HashText", "microbenchmarks"},
    Day.MACROBENCHMARKS: BEGIN | {"WholeFlow", "macrobenchmarks"},
    Day.DEEP_DIVE: BEGIN | {"regressions", "deep_dive", "hotspots", "bottlenecks"},
    Day.ROADMAP: BEGIN | {"roadmap", "report", "history", "gate"},
}


def chosen(suite: Suite, job: str) -> set[str]:
    """Names of the assets that a job runs."""
    layer = build([suite]).resolve_job_def(job).asset_layer
    return {key.path[1] for key in layer.selected_asset_keys}


def test_the_campaign_runs_everything(tiny: Suite) -> None:
    """All five days."""
    assert chosen(tiny, "campaign_tiny") == set.union(*DAYS.values())


@pytest.mark.parametrize("day", list(Day))
def test_a_day_begins_with_machine_and_control(tiny: Suite, day: Day) -> None:
    """Whichever it is."""
    assert chosen(tiny, f"{day}_tiny") == DAYS[day]


def test_one_job_per_day_and_one_for_all(tiny: Suite) -> None:
    """Named like the days, in their order."""
    names = [job.name for job in campaign_jobs(tiny)]
    assert names == ["campaign_tiny", *(f"{day}_tiny" for day in Day)]


def test_steps_run_in_the_process_of_the_run(tiny: Suite) -> None:
    """Nothing may run beside a benchmark; also not when an asset is launched alone."""
    definitions = build([tiny])
    for name in ("campaign_tiny", "baseline_tiny", "__ASSET_JOB"):
        assert definitions.resolve_job_def(name).executor_def.name == "in_process"
