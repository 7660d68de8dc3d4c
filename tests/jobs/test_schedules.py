"""A night begins in time or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets.naming import resource_key
from jobs.definitions import build
from jobs.runs import SCHEDULED_TAG
from jobs.schedules import GRACE
from perf_pipeline.suite.benchmark import BudgetName, Suite
from perf_pipeline.suite.read import read_suite
from perf_pipeline.suite.registry import BUILT_IN_SUITE

BERLIN = ZoneInfo("Europe/Berlin")


def tick(suite: Suite, planned: datetime) -> dg.RunRequest | str:
    """What the suite's schedule makes of a tick: the run it asks for, or why it does not."""
    definitions = build([suite])
    schedule = definitions.resolve_schedule_def(f"nightly_{suite.name}")
    context = dg.build_schedule_context(
        scheduled_execution_time=planned, repository_def=definitions.get_repository_def()
    )
    data = schedule.evaluate_tick(context)
    if data.run_requests:
        (request,) = data.run_requests
        return request
    return data.skip_message or ""


def test_a_tick_in_time_asks_for_that_night(tiny: Suite) -> None:
    """With the suite's budget, marked as scheduled, once a night."""
    planned = datetime.now(BERLIN)
    request = tick(replace(tiny, budget=BudgetName.FULL), planned)
    assert isinstance(request, dg.RunRequest)
    assert request.partition_key == planned.date().isoformat()
    assert request.run_key == f"tiny-{planned.date()}"
    assert request.tags[SCHEDULED_TAG] == "true"
    config = request.run_config["resources"][resource_key(tiny)]["config"]
    assert config == {"budget": "full"}


def test_a_tick_a_little_late_counts(tiny: Suite) -> None:
    """The daemon may take a while to come round."""
    planned = datetime.now(BERLIN) - GRACE + timedelta(minutes=1)
    assert isinstance(tick(tiny, planned), dg.RunRequest)


def test_a_late_tick_is_skipped_with_the_reason(tiny: Suite) -> None:
    """After hours without a daemon it is day: what would be measured is no night."""
    planned = datetime.now(BERLIN) - timedelta(hours=5)
    assert tick(tiny, planned) == f"planned for {planned:%H:%M}, 300 minutes late"


def test_the_night_is_that_of_the_suites_clock(tiny: Suite) -> None:
    """Dagster hands over UTC; half past three in Berlin belongs to Berlin's date."""
    schedule = build([tiny]).resolve_schedule_def("nightly_tiny")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 3 * * *", "Europe/Berlin")


@pytest.mark.parametrize(
    ("nightly", "status"),
    [
        ("", dg.DefaultScheduleStatus.STOPPED),
        ("0", dg.DefaultScheduleStatus.STOPPED),
        ("1", dg.DefaultScheduleStatus.RUNNING),
    ],
)
def test_nobody_is_measured_unasked(
    tiny: Suite, monkeypatch: pytest.MonkeyPatch, nightly: str, status: dg.DefaultScheduleStatus
) -> None:
    """A fresh clone measures at night only with PERF_NIGHTLY=1, or when switched on in the UI."""
    monkeypatch.setenv("PERF_NIGHTLY", nightly)
    schedule = build([tiny]).resolve_schedule_def("nightly_tiny")
    assert schedule.default_status is status


def test_a_suite_without_schedule_has_none(tiny: Suite) -> None:
    """It is measured by hand only."""
    assert not build([replace(tiny, schedule=None)]).schedules


def test_the_built_in_suite_has_plain_names() -> None:
    """`campaign` and `nightly`; those of others end with the suite's name."""
    built_in = build([read_suite(BUILT_IN_SUITE)])
    assert built_in.resolve_schedule_def("nightly").job_name == "campaign"
