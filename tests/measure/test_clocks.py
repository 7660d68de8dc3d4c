"""CPU is that of the process tree, waiting is neither computing nor queueing for a CPU."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.trial import Watcher, run_trial
from perf_pipeline.model import TrialStatus
from tests.measure.builders import calls, request, run, timed

SPIN = "while True: pass"


def median(outcome: Outcome, metric: str) -> float:
    """The median of a metric's timed values."""
    assert (outcome.status, outcome.message) == (TrialStatus.OK, "")
    return statistics.median(timed(outcome, metric))


@pytest.fixture
def busy_neighbours() -> Iterator[None]:
    """Two processes per core that never rest; each a session, for the kernel shares by those."""
    count = 2 * len(os.sched_getaffinity(0))
    command = [sys.executable, "-I", "-c", SPIN]
    spinning = [subprocess.Popen(command, start_new_session=True) for _ in range(count)]
    yield
    for process in spinning:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    "factory",
    ["spins_in_ended_threads", "spins_in_a_pool", "spins_in_children", "spins_in_a_living_child"],
)
def test_cpu_of_threads_and_children_counts(factory: str) -> None:
    """The same work costs the same CPU wherever in the tree it is done."""
    plain = median(run(calls("clocks:spins"), parameters={"times": 40}), "cpu_ns")
    elsewhere = median(run(calls(f"clocks:{factory}"), parameters={"times": 40}), "cpu_ns")
    assert 0.6 < elsewhere / plain < 2


def test_reading_the_clocks_is_not_in_the_values() -> None:
    """Beside 1,000 idle threads reading takes longer than a value; the values do not show it."""
    alone, beside = (
        median(run(calls("clocks:spins_beside"), parameters={"threads": threads}), "cpu_ns")
        for threads in (0, 1_000)
    )
    assert beside / alone < 1.8


def test_short_calls_are_looped_and_long_ones_are_not() -> None:
    """A value lasts some milliseconds, also where a duration is promised or a profiler waits."""
    assert run(calls("clocks:nothing")).loops > 1_000
    assert run(calls("clocks:nothing"), duration_s=0.1).loops > 1_000
    assert run(calls("clocks:sleeps")).loops == 1


def test_sleep_is_waiting() -> None:
    """A sleep is in wall and waiting, not in CPU."""
    outcome = run(calls("clocks:sleeps"), parameters={"seconds": 0.02})
    assert median(outcome, "waiting_ns") / 20e6 > 0.9
    assert median(outcome, "cpu_ns") < 0.1 * median(outcome, "waiting_ns")


@pytest.mark.usefixtures("busy_neighbours")
def test_a_busy_neighbour_is_hardly_waiting() -> None:
    """Time spent in the queue for a CPU is taken off: the neighbour shows in wall only."""
    outcome = run(calls("clocks:spins"), parameters={"times": 200}, values=15)
    wall, cpu = (sum(timed(outcome, metric)) for metric in ("wall_ns", "cpu_ns"))
    assert wall > 1.3 * cpu
    assert sum(timed(outcome, "waiting_ns")) < 0.1 * (wall - cpu)


def test_a_duration_is_kept() -> None:
    """A trial of half a second measures for half a second."""
    outcome = run(calls("clocks:sleeps"), duration_s=0.5)
    assert outcome.status is TrialStatus.OK
    assert 0.5e9 <= outcome.counters["wall_ns"] < 1.5e9


def test_peak_memory_is_that_of_the_measured_part() -> None:
    """200 MB that set-up took and gave back are not in the peak; 200 MB of a call are."""
    large = {"mebibytes": 200}
    before = run(calls("clocks:allocates_before"), parameters=large)
    within = run(calls("clocks:allocates"), parameters=large, values=1, warmups=0)
    assert before.series["peak_rss_bytes"].values[0] < 60 << 20
    assert within.series["peak_rss_bytes"].values[0] > 200 << 20


def test_peak_memory_is_not_that_of_a_large_parent() -> None:
    """A run that itself holds 300 MB does not pass its peak on."""
    ballast = b"x" * (300 << 20)
    outcome = run(calls("clocks:nothing"))
    assert outcome.series["peak_rss_bytes"].values[0] < 60 << 20
    assert len(ballast) == 300 << 20


def test_a_waiting_worker_goes_on_when_it_is_told() -> None:
    """The timed part begins when the run is ready; a run that is slow afterwards does no harm."""
    seen: list[str] = []

    def ready(pid: int, file: str) -> None:
        state = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
        seen.append("ready" if file in state else state)

    def measured() -> None:
        seen.append("measured")
        time.sleep(1.2)

    asked = request(calls("clocks:spins"), wait=True, duration_s=0.1, timeout_s=1)
    outcome = run_trial(asked, Watcher(ready, measured))
    assert (outcome.status, outcome.message) == (TrialStatus.OK, "")
    assert seen == ["ready", "measured"]
