"""py-spy: samples of all running threads, taken from outside by process id.

Always `--nonblocking`: in its default mode py-spy stops the target for every sample, and on a
busy machine that was 18 to 52 % of the target's time. The price: up to one stack in a hundred was
read while it changed and is torn (a function seems to call one that it never calls), or is an
error. Call paths with a handful of samples prove nothing.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from perf_pipeline.model import TrialStatus
from perf_pipeline.profilers.base import (
    Availability,
    Capture,
    FailedRecording,
    Recording,
    Scope,
    WorkerOptions,
)
from perf_pipeline.profilers.collapsed import fold
from perf_pipeline.profilers.py_spy_output import Output, explain_failure, read_output

MINIMUM_SAMPLES = 20
"""With fewer, a function's share is known to ±22 percentage points at best (binomial, 95 %)."""

_START_S = 10.0
"""py-spy needs 0.1 s to find the interpreter; the rest is for a busy machine."""

_MISSING = (
    "py-spy is neither beside this interpreter nor on PATH; "
    "install it into this environment: pip install 'py-spy>=0.4.3'"
)


class PySpy:
    """Which functions the processor's time goes to."""

    name = "py-spy"

    def availability(self) -> Availability:
        """Whether the program is there; whether it is allowed shows only at `attach`."""
        found = _find_program() is not None
        return Availability(found, "" if found else _MISSING)

    def worker_options(self) -> WorkerOptions:
        """Nothing: the worker does not notice."""
        return WorkerOptions()

    def attach(
        self, pid: int, folder: Path, rate_hz: int, duration_s: float, scope: Scope | None = None
    ) -> Recording:
        """Start py-spy and wait until it samples or gives up."""
        program = _find_program()
        if program is None:
            return FailedRecording(Capture(TrialStatus.ENVIRONMENT_FAILURE, _MISSING))
        raw = folder / "py-spy.raw"
        scope = scope or Scope()
        rate_hz = max(1, rate_hz)
        target = [f"--pid={pid}", f"--output={raw}", *_options(scope)]
        output = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the recording ends
        try:
            process = _start([program, "record", *target, *_limits(rate_hz, duration_s)], output)
        except OSError as error:
            output.close()
            message = f"{program} could not be started: {error}"
            return FailedRecording(Capture(TrialStatus.ENVIRONMENT_FAILURE, message))
        recording = PySpyRecording(process, output, pid, raw, rate_hz, scope)
        recording.wait_for_first_sample()
        return recording


@dataclass(frozen=True, slots=True)
class PySpyRecording:
    """py-spy at work on one process, in a session of its own.

    It ends by itself when its target ends or the time is over, even if nobody is left to end it.
    """

    process: subprocess.Popen[bytes]
    output: IO[bytes]
    pid: int
    raw: Path
    rate_hz: int
    scope: Scope

    def wait_for_first_sample(self) -> None:
        """Return when py-spy samples, has ended, or is overdue (it then may begin late)."""
        overdue = time.monotonic() + _START_S
        try:
            while self.process.poll() is None and time.monotonic() < overdue:
                if "Sampling process" in self._text():
                    return
                time.sleep(0.01)
        except BaseException:
            self.abort()
            raise

    def finish(self, timeout_s: float) -> Capture:
        """Ask py-spy to stop, and read what it wrote."""
        stopped = self._stop(timeout_s)
        text = self._text()
        self.abort()
        if not stopped:
            message = f"py-spy did not stop within {timeout_s:g} s and was ended; nothing is kept"
            return self._capture(TrialStatus.ENVIRONMENT_FAILURE, message)
        # Judged by what it says, not by its exit code: whoever reaps orphans for a supervisor may
        # have taken that.
        output = read_output(text)
        if output is None:
            return self._capture(*explain_failure(text, self.pid))
        return self._read(output)

    def abort(self) -> None:
        """Kill py-spy if it runs."""
        self.process.kill()
        self.process.wait()
        self.output.close()

    def _stop(self, timeout_s: float) -> bool:
        self.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout_s)
            return True
        return False

    def _text(self) -> str:
        descriptor = self.output.fileno()
        return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode(errors="replace")

    def _read(self, output: Output) -> Capture:
        folded = fold(self.raw.read_text(errors="replace"), self.scope)
        seen = self._capture(TrialStatus.OK, output.caveat, folded.samples, output.errors)
        if folded.samples >= MINIMUM_SAMPLES:
            return replace(seen, frames=folded.frames, stacks=folded.stacks)
        message = (
            f"{folded.samples} samples of the workload at {self.rate_hz} Hz, "
            f"{MINIMUM_SAMPLES} are needed: it ran too briefly, or mostly waited "
            "(waiting threads are not sampled); repeat it for longer"
        )
        return replace(seen, status=TrialStatus.INVALID, message=message)

    def _capture(
        self, status: TrialStatus, message: str, samples: int = 0, errors: int = 0
    ) -> Capture:
        artifact = self.raw if self.raw.exists() else None
        return Capture(
            status,
            message,
            samples=samples,
            errors=errors,
            artifact=artifact,
            rate_hz=self.rate_hz,
        )


def _options(scope: Scope) -> list[str]:
    children = ["--subprocesses"] if scope.children else []
    return ["--format=raw", "--nonblocking", "--full-filenames", "--threads", *children]


def _limits(rate_hz: int, duration_s: float) -> list[str]:
    """Whole seconds, and at least one; a limit in any case, so that a forgotten py-spy ends."""
    return [f"--rate={rate_hz}", f"--duration={max(1, math.ceil(duration_s))}"]


def _start(command: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _find_program() -> str | None:
    """Beside the interpreter first: that one has the version we asked for."""
    return shutil.which("py-spy", path=Path(sys.executable).parent) or shutil.which("py-spy")
