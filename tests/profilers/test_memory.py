"""memory_usage on real processes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from perf_pipeline.model import TrialStatus
from perf_pipeline.profilers.memory import MemoryProfiler

Start = Callable[..., Any]


def test_growth_is_seen(start: Start, tmp_path: Path) -> None:
    """A worker that keeps 200 kB a call grows by about that, over rising times."""
    target = start("grow", 1.0)
    recording = MemoryProfiler().attach(target.pid, tmp_path, 50, 10)
    calls = target.work()
    capture = recording.finish(5)
    assert (capture.status, capture.samples) == (TrialStatus.OK, len(capture.memory))
    grown = capture.memory[-1].rss_bytes - capture.memory[0].rss_bytes
    assert 0.8 < grown / (calls * 200_000) < 1.6
    assert all(before.at_s < after.at_s for before, after in pairwise(capture.memory))


def test_children_count(start: Start, tmp_path: Path) -> None:
    """The memory of a child is part of the tree's."""
    target = start("in_child", 0.1)
    recording = MemoryProfiler().attach(target.pid, tmp_path, 50, 10)
    target.work()
    sizes = [point.rss_bytes for point in recording.finish(5).memory]
    assert max(sizes) > 1.5 * min(sizes)


def test_dead_process_has_no_points(start: Start, tmp_path: Path) -> None:
    """From a process that died and is not reaped no zeros come."""
    target = start("grow", 30)
    recording = MemoryProfiler().attach(target.pid, tmp_path, 50, 10)
    target.begin()
    time.sleep(0.4)
    target.process.kill()
    time.sleep(0.3)
    capture = recording.finish(5)
    assert capture.status is TrialStatus.OK
    assert min(point.rss_bytes for point in capture.memory) > 1_000_000


def test_process_that_is_gone(start: Start, tmp_path: Path) -> None:
    """A process that is gone is a failed trial with that reason."""
    target = start("grow", 1)
    target.process.kill()
    target.process.wait()
    capture = MemoryProfiler().attach(target.pid, tmp_path, 50, 10).finish(5)
    assert capture.status is TrialStatus.FAILED
    assert f"process {target.pid} was gone" in capture.message


def test_sampling_ends_with_its_time(start: Start, tmp_path: Path) -> None:
    """After the duration no further sample is taken, except the last one."""
    target = start("wait", 1.0)
    recording = MemoryProfiler().attach(target.pid, tmp_path, 50, 0.3)
    target.work()
    assert recording.finish(5).memory[-1].at_s < 0.9


def test_finish_does_not_wait_for_a_sample(start: Start, tmp_path: Path) -> None:
    """The end comes at once, with a first and a last point at least."""
    recording = MemoryProfiler().attach(start("wait", 1).pid, tmp_path, 1, 10)
    capture = recording.finish(5)
    assert capture.status is TrialStatus.OK
    assert len(capture.memory) >= 2


def test_abort_stops_it(start: Start, tmp_path: Path) -> None:
    """After an abort no thread samples any more."""
    MemoryProfiler().attach(start("wait", 1).pid, tmp_path, 50, 10).abort()


def test_missing_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without memory_profiler there is a reason, at availability and at attach."""
    monkeypatch.setitem(sys.modules, "memory_profiler", None)
    availability = MemoryProfiler().availability()
    assert not availability.ok
    assert "pip install" in availability.reason
    capture = MemoryProfiler().attach(1, tmp_path, 50, 10).finish(5)
    assert (capture.status, capture.message) == (
        TrialStatus.ENVIRONMENT_FAILURE,
        availability.reason,
    )
