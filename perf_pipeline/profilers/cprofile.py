"""cProfile: exact calls, counted inside the worker.

The worker wraps its calls in `cProfile.Profile` and dumps the statistics into the recording's
folder; here they are only decoded. Code that calls many small functions runs three to ten times
slower under it, those functions look dearer than they are, and its times are wall times: take
counts from here and costs from a sampler.
"""

from __future__ import annotations

import marshal
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from perf_pipeline.model import Frame, FunctionCalls, TrialStatus
from perf_pipeline.profilers.base import Availability, Capture, Recording, Scope, WorkerOptions
from perf_pipeline.profilers.frames import BUILT_IN, FrameTable

CALLS_FILE = "calls.pstats"

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_PROFILER_ITSELF = "'_lsprof.Profiler'"


class CProfile:
    """How often which function was called."""

    name = "cprofile"

    def availability(self) -> Availability:
        """Always: it is part of Python."""
        return Availability(ok=True)

    def worker_options(self) -> WorkerOptions:
        """Wrap the calls and dump the statistics."""
        return WorkerOptions(calls_file=CALLS_FILE)

    def attach(
        self,
        pid: int,
        folder: Path,
        rate_hz: int,  # noqa: ARG002 - it counts, it does not sample
        duration_s: float,  # noqa: ARG002 - it lasts as long as the calls
        scope: Scope | None = None,
    ) -> Recording:
        """Nothing to start: the worker counts by itself."""
        return CProfileRecording(pid, folder / CALLS_FILE, scope or Scope())


@dataclass(frozen=True, slots=True)
class CProfileRecording:
    """Waits for the file that the worker dumps."""

    pid: int
    path: Path
    scope: Scope

    def finish(self, timeout_s: float) -> Capture:
        """Decode the file; wait for it only while the worker lives."""
        overdue = time.monotonic() + timeout_s
        while True:
            last_look = time.monotonic() >= overdue or not _is_alive(self.pid)
            capture = self._look()
            if last_look or capture.status is not TrialStatus.FAILED:
                return capture
            time.sleep(0.02)

    def abort(self) -> None:
        """Nothing runs."""

    def _look(self) -> Capture:
        try:
            frames, calls = decode(self.path.read_bytes(), self.scope)
        except FileNotFoundError:
            return Capture(TrialStatus.FAILED, "the worker ended before it wrote its call counts")
        except (OSError, ValueError) as error:
            return Capture(TrialStatus.FAILED, f"the call counts cannot be read: {error}")
        if not calls:
            return Capture(TrialStatus.INVALID, "no call was counted", artifact=self.path)
        return Capture(TrialStatus.OK, frames=frames, calls=calls, artifact=self.path)


@dataclass(frozen=True, slots=True)
class _Entry:
    file: str
    line: int
    function: str
    calls: int
    self_s: float
    total_s: float


def decode(data: bytes, scope: Scope) -> tuple[tuple[Frame, ...], tuple[FunctionCalls, ...]]:
    """Calls, self and total time of every function, summed over all iterations.

    Two functions of one name in one file are one; the worker's own and the profiler's are left
    out. A function's name is without its class (Python's own cProfile has no more).

    Args:
        data: What `cProfile.Profile.dump_stats` writes; by a program that is trusted to run here.
        scope: Which code is the user's, and which the worker's.

    Raises:
        ValueError: The data is cut off, or from a Python that writes it otherwise.
    """
    table = FrameTable(scope.own_roots)
    sums: dict[int, FunctionCalls] = {}
    for entry in _entries(_unmarshal(data)):
        if entry.file == scope.worker_file or _PROFILER_ITSELF in entry.function:
            continue
        number = table.index(entry.function, entry.file, entry.line)
        sums[number] = _add(sums.get(number, FunctionCalls(number, 0, 0, 0)), entry)
    return table.frames(), tuple(sums.values())


def _unmarshal(data: bytes) -> object:
    try:
        return marshal.loads(data)  # noqa: S302 - written by the workload that we run anyway
    except (EOFError, TypeError, ValueError) as error:
        raise ValueError(f"not the statistics of a cProfile ({error})") from None


def _entries(statistics: object) -> Iterator[_Entry]:
    """The rows of pstats.

    They are (file, line, function): (primitive calls, calls, self, total, callers), in seconds.
    """
    if not isinstance(statistics, dict):
        raise ValueError("not a table of functions")  # noqa: TRY004 - data, not a caller
    for key, row in statistics.items():
        match key, row:
            case (str(file), int(line), str(function)), (_, int(calls), own, total, _):
                file = BUILT_IN if file == "~" else file
                function = _ADDRESS.sub("", function)
                yield _Entry(file, line, function, calls, float(own), float(total))
            case _:
                raise ValueError(f"no row of a function: {key!r}")


def _add(sums: FunctionCalls, entry: _Entry) -> FunctionCalls:
    return FunctionCalls(
        sums.frame,
        sums.calls + entry.calls,
        sums.self_ns + round(entry.self_s * 1e9),
        sums.total_ns + round(entry.total_s * 1e9),
    )


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
