"""memory_profiler's `memory_usage`, asked from outside the process.

Only this part of memory_profiler is used: its line profiler slows code down tenfold and fails on
coroutines from Python 3.12 on. Peaks between two samples are missed; the trial's own peak (VmHWM)
has them.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psutil

from perf_pipeline.model import MemoryPoint, TrialStatus
from perf_pipeline.profilers.base import (
    Availability,
    Capture,
    FailedRecording,
    Recording,
    Scope,
    WorkerOptions,
)

SHORTEST_INTERVAL_S = 0.02
LONGEST_INTERVAL_S = 0.1
MINIMUM_POINTS = 2

_START_S = 5.0

_LARGEST_SHARE = 0.02
"""Of a core for our sampling. Finding the children reads every process of the machine, 1 ms of
CPU per hundred of them, so on a crowded machine the interval grows."""

_MISSING = (
    "memory_profiler cannot be imported ({error}); "
    "install it into this environment: pip install 'memory-profiler>=0.61'"
)


class MemoryProfiler:
    """How the memory of the process tree grows over time."""

    name = "memory_profiler"

    def availability(self) -> Availability:
        """Whether memory_profiler can be imported."""
        try:
            import memory_profiler  # noqa: F401 - only whether it is there
        except ImportError as error:
            return Availability(ok=False, reason=_MISSING.format(error=error))
        return Availability(ok=True)

    def worker_options(self) -> WorkerOptions:
        """Nothing: the worker does not notice."""
        return WorkerOptions()

    def attach(
        self,
        pid: int,
        folder: Path,  # noqa: ARG002 - the points are few and travel in the capture
        rate_hz: int,
        duration_s: float,
        scope: Scope | None = None,  # noqa: ARG002 - always the whole tree
    ) -> Recording:
        """Start a thread that samples until it is told to stop."""
        available = self.availability()
        if not available.ok:
            return FailedRecording(Capture(TrialStatus.ENVIRONMENT_FAILURE, available.reason))
        wanted_s = 1 / max(1, rate_hz)
        interval_s = min(max(wanted_s, SHORTEST_INTERVAL_S), LONGEST_INTERVAL_S)
        return MemoryRecording(pid, interval_s, duration_s)


class MemoryRecording:
    """A thread of ours that takes one sample after the other.

    Single calls of `memory_usage` instead of one with a time-out: that one can neither be stopped
    nor asked for what it has so far, it fails as a whole when the process ends, and fills up with
    zeros when it ends unreaped. A thread, since it only reads `/proc` and sleeps; a helper process
    would start an interpreter beside the workload.
    """

    def __init__(self, pid: int, interval_s: float, duration_s: float) -> None:
        """Begins at once, and returns when the first sample is taken."""
        self._pid = pid
        self._interval_s = interval_s
        self._duration_s = duration_s
        self._points: list[MemoryPoint] = []
        self._refusal = ""
        self._began = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample_until_stopped, daemon=True)
        self._thread.start()
        self._began.wait(_START_S)

    def finish(self, timeout_s: float) -> Capture:
        """Take a last sample and give all of them; times count from `attach`."""
        self._stop.set()
        self._thread.join(timeout_s)
        points = tuple(self._points)
        if self._refusal:
            return Capture(TrialStatus.ENVIRONMENT_FAILURE, self._refusal)
        if len(points) < MINIMUM_POINTS:
            message = f"process {self._pid} was gone after {len(points)} samples of its memory"
            return Capture(TrialStatus.FAILED, message, samples=len(points))
        rate_hz = round(1 / self._interval_s)
        return Capture(TrialStatus.OK, memory=points, samples=len(points), rate_hz=rate_hz)

    def abort(self) -> None:
        """Stop sampling."""
        self._stop.set()
        self._thread.join()

    def _sample_until_stopped(self) -> None:
        began_s = time.monotonic()
        try:
            while not self._stop.is_set() and time.monotonic() - began_s < self._duration_s:
                self._stop.wait(max(self._interval_s, self._sample(began_s) / _LARGEST_SHARE))
            self._sample(began_s)
        except psutil.NoSuchProcess:
            return
        except (psutil.Error, OSError) as error:
            self._refusal = f"the memory of process {self._pid} may not be read: {error}"
        finally:
            self._began.set()

    def _sample(self, began_s: float) -> float:
        """Take one sample and return the CPU seconds it cost; an unreaped dead process has none."""
        from memory_profiler import memory_usage

        cost_s = time.thread_time()
        mebibytes = memory_usage(self._pid, interval=0, include_children=True)[0]
        if mebibytes is None:
            raise psutil.AccessDenied(self._pid)
        if mebibytes > 0:
            rss_bytes = round(mebibytes * 2**20)
            self._points.append(MemoryPoint(time.monotonic() - began_s, rss_bytes))
        self._began.set()
        return time.thread_time() - cost_s
