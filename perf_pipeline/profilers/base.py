"""The one interface of all profilers.

The order of events in a profiled trial: the worker is started with what `worker_options` asks of
it, sets up, warms up and waits; `attach` begins the recording; the worker makes its calls;
`finish` ends the recording and says what was seen, `abort` throws it away. Nothing here raises
because of the worker or the machine: a profiler that is missing or forbidden gives a `Capture`
with the reason. Every recording must be ended by `finish` or `abort`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from perf_pipeline.model import Frame, FunctionCalls, MemoryPoint, Stack, TrialStatus


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a profiler can be used here at all; `reason` says why not and what to do."""

    ok: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What the worker itself must do.

    `calls_file` is a file name in the recording's folder: the worker wraps its calls in
    `cProfile.Profile` and dumps the statistics there. Empty: the worker does nothing special.
    """

    calls_file: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which code is the user's, and how far a recording reaches.

    `worker_file` is the worker's absolute path, spelt as on its command line: everything down to
    and including its frames is cut off, so that the user's code is on top. `children` asks for
    the whole process tree, for services and commands.
    """

    own_roots: tuple[Path, ...] = ()
    worker_file: str = ""
    children: bool = False


@dataclass(frozen=True, slots=True)
class Capture:
    """What a recording saw; all of a `model.Profile` that only the profiler can know.

    `stacks` and `calls` point into `frames`. `message` is the reason when the status is not
    `ok`, otherwise empty or what a reader should know of the quality. `artifact` is the raw
    recording, None when there is none.
    """

    status: TrialStatus
    message: str = ""
    frames: tuple[Frame, ...] = ()
    stacks: tuple[Stack, ...] = ()
    calls: tuple[FunctionCalls, ...] = ()
    memory: tuple[MemoryPoint, ...] = ()
    samples: int = 0
    errors: int = 0
    artifact: Path | None = None
    rate_hz: int = 0


class Recording(Protocol):
    """A profiler at work on one process."""

    def finish(self, timeout_s: float) -> Capture:
        """End the recording within about `timeout_s` and say what was seen.

        Called when the worker has made its calls or has died.
        """

    def abort(self) -> None:
        """End the recording at once and keep nothing; harmless after `finish`."""


class Profiler(Protocol):
    """One way to look into a running process."""

    @property
    def name(self) -> str:
        """As a benchmark's `profiling.sampler` names it."""

    def availability(self) -> Availability:
        """Whether what the profiler needs is installed here."""

    def worker_options(self) -> WorkerOptions:
        """What the worker must do from its start."""

    def attach(
        self, pid: int, folder: Path, rate_hz: int, duration_s: float, scope: Scope | None = None
    ) -> Recording:
        """Begin to record process `pid`, and return when the recording runs or has failed.

        Args:
            pid: A process that has set up and waits.
            folder: An existing folder of this trial's own, for the raw recording.
            rate_hz: Samples per second; profilers that do not sample ignore it.
            duration_s: The longest time to record.
            scope: Which code is the user's; None takes all that is not installed as the user's.
        """


@dataclass(frozen=True, slots=True)
class FailedRecording:
    """A recording that could not begin; `finish` gives the reason."""

    capture: Capture

    def finish(self, timeout_s: float) -> Capture:  # noqa: ARG002 - nothing to wait for
        """Say why there was no recording."""
        return self.capture

    def abort(self) -> None:
        """Nothing runs."""
