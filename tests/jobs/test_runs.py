"""A run whose process is gone is closed by whoever comes next."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator

import dagster as dg
import psutil
import pytest

from jobs import runs
from jobs.runs import CAMPAIGN_TAG, PROCESS_TAG, close_dead_runs, mark_run, own_process
from tests.jobs.conftest import Place

STARTED, FAILED = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE


@pytest.fixture
def instance(place: Place) -> Iterator[dg.DagsterInstance]:
    """The instance of an empty home."""
    assert place.home.dagster.exists()
    with dg.DagsterInstance.get() as found:
        yield found


@pytest.fixture
def dead() -> str:
    """A process that is gone: pid and start time."""
    with subprocess.Popen(["sleep", "60"]) as process:
        name = f"{process.pid}@{psutil.Process(process.pid).create_time():.2f}"
        process.kill()
    return name


def begun(
    instance: dg.DagsterInstance,
    process: str = "",
    status: dg.DagsterRunStatus = STARTED,
) -> str:
    """A run in the storage; returns its id."""
    run_id = str(uuid.uuid4())
    tags = {PROCESS_TAG: process.format(run=run_id)} if process else {}
    instance.add_run(dg.DagsterRun(job_name="campaign_tiny", run_id=run_id, tags=tags))
    if status is not dg.DagsterRunStatus.NOT_STARTED:
        event = dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, "campaign_tiny")
        instance.report_dagster_event(event, run_id)
    return run_id


def status_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    """What the storage says."""
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


@pytest.mark.parametrize("status", [STARTED, dg.DagsterRunStatus.NOT_STARTED])
def test_a_dead_run_is_closed(
    instance: dg.DagsterInstance, dead: str, status: dg.DagsterRunStatus
) -> None:
    """It fails with a message that says what to do; a second look finds nothing."""
    run_id = begun(instance, "{run}:" + dead, status)
    assert close_dead_runs(instance) == [run_id]
    assert status_of(instance, run_id) is FAILED
    messages = [entry.message for entry in instance.all_logs(run_id)]
    assert any(f"({dead}) is gone" in message for message in messages)
    assert any("re-execute the run to go on" in message for message in messages)
    assert close_dead_runs(instance) == []


def test_a_living_run_is_left_alone(instance: dg.DagsterInstance) -> None:
    """This very process is one."""
    run_id = begun(instance)
    mark_run(instance, run_id, "tiny-vm-2026-11-20-1")
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert run.tags[CAMPAIGN_TAG] == "tiny-vm-2026-11-20-1"
    assert run.tags[PROCESS_TAG] == own_process(run_id)[PROCESS_TAG]
    assert close_dead_runs(instance) == []
    assert status_of(instance, run_id) is STARTED


def test_a_pid_that_came_again_is_somebody_else(instance: dg.DagsterInstance) -> None:
    """This pid at another time was another process."""
    run_id = begun(instance, "{run}:" + f"{psutil.Process().pid}@12345.00")
    assert close_dead_runs(instance) == [run_id]


def test_ones_own_run_is_never_closed(instance: dg.DagsterInstance, dead: str) -> None:
    """Whatever its tags say."""
    run_id = begun(instance, "{run}:" + dead)
    assert close_dead_runs(instance, run_id) == []


def test_a_re_execution_is_not_its_parent(instance: dg.DagsterInstance, dead: str) -> None:
    """It comes with the tags of a dead run, but has only just begun itself."""
    run_id = begun(instance, f"run-before:{dead}")
    assert close_dead_runs(instance) == []
    assert status_of(instance, run_id) is STARTED


def test_a_run_killed_before_it_could_say_where_it_lives(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some minutes without a word it is closed too; one that never began is not ours."""
    run_id = begun(instance)
    waiting = begun(instance, status=dg.DagsterRunStatus.NOT_STARTED)
    assert close_dead_runs(instance) == []
    monkeypatch.setattr(runs, "UNMARKED_S", -1.0)
    assert close_dead_runs(instance) == [run_id]
    assert status_of(instance, waiting) is dg.DagsterRunStatus.NOT_STARTED


def test_finished_runs_stay_as_they_are(instance: dg.DagsterInstance, dead: str) -> None:
    """Success of a process that is gone is success."""
    run_id = begun(instance, "{run}:" + dead)
    event = dg.DagsterEvent(dg.DagsterEventType.RUN_SUCCESS.value, "campaign_tiny")
    instance.report_dagster_event(event, run_id)
    assert close_dead_runs(instance) == []
    assert status_of(instance, run_id) is dg.DagsterRunStatus.SUCCESS
