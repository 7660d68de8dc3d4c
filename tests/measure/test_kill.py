"""Whoever is killed, the trial goes with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from perf_pipeline.measure.supervisor import children_of, descendants
from tests.measure.conftest import processes_of

Start = Callable[..., subprocess.Popen[str]]
RUN = """
import signal, sys, tempfile
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
tempfile.tempdir = sys.argv[1]
from tests.measure.builders import calls, run, service
outcome = run(calls("faults:" + sys.argv[2], service=service(*sys.argv[3:])), timeout_s=60)
print(outcome.status, outcome.message)
"""


@pytest.fixture
def start(trials: Path) -> Iterator[Start]:
    """Start a run of a workload beside a service with these words; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", RUN, str(trials), *words]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(params=["hangs", "leaves_and_hangs"])
def running(request: pytest.FixtureRequest, start: Start, trials: Path) -> subprocess.Popen[str]:
    """A run in a process of its own, in the midst of a trial with a service."""
    process = start(request.param)
    deadline = time.monotonic() + 20
    while not list(trials.glob("perf-trial-*/work/hangs")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(trials.glob("perf-trial-*/work/hangs"))
    return process


def command_of(pid: int) -> bytes:
    """Its words; none of one that has just ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def answer(process: subprocess.Popen[str]) -> str:
    """What the run printed before it ended."""
    said, _ = process.communicate(timeout=20)
    return said.strip()


def test_a_killed_run_takes_its_trial_along(running: subprocess.Popen[str], trials: Path) -> None:
    """Kill -9 of the run: processes and folder of the trial are gone within seconds."""
    running.kill()
    answer(running)
    assert processes_of(trials, patience_s=5) == []
    wait_until_empty(trials)


def test_a_run_killed_while_its_service_starts_takes_it_along(start: Start, trials: Path) -> None:
    """Before there is a worker, somebody looks after the run too."""
    process = start("hangs", "never")
    deadline = time.monotonic() + 20
    while len(processes_of(trials, patience_s=0)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(processes_of(trials, patience_s=0)) == 3, "two of the supervisor, the service"
    process.kill()
    answer(process)
    assert processes_of(trials, patience_s=5) == []
    wait_until_empty(trials)


def test_a_stopped_run_takes_its_trial_along(running: subprocess.Popen[str], trials: Path) -> None:
    """An interrupt is an exception in the run, which kills before it goes on."""
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=20)
    assert processes_of(trials, patience_s=0) == []


@pytest.mark.parametrize("depth", [0, 1])
def test_a_killed_supervisor_takes_its_trial_along(
    running: subprocess.Popen[str], trials: Path, depth: int
) -> None:
    """Kill -9 of either of its two processes: the other one ends the trial, and the run goes on."""
    (outer,) = children_of(running.pid)
    victim = [outer, *children_of(outer)][depth]
    os.kill(victim, signal.SIGKILL)
    assert answer(running) == "failed the supervisor of the trial was killed"
    assert processes_of(trials, patience_s=0) == []


def test_a_killed_worker_is_a_failed_trial(running: subprocess.Popen[str], trials: Path) -> None:
    """Its end is seen at once, and said."""
    for pid in descendants(running.pid):
        if b"worker.py" in command_of(pid):
            os.kill(pid, signal.SIGKILL)
    assert answer(running) == "failed the worker ended in step with signal SIGKILL"
    assert processes_of(trials, patience_s=0) == []


def wait_until_empty(trials: Path) -> None:
    """The folders of killed trials are removed by their supervisors."""
    deadline = time.monotonic() + 5
    while list(trials.glob("perf-trial-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
