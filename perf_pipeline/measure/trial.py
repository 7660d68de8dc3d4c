"""One trial: a fresh process that measures one case, from the run's side."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perf_pipeline.measure.bytecode import write_script
from perf_pipeline.measure.outcome import Heard, Outcome, outcome_of
from perf_pipeline.measure.request import FOLDER, TrialRequest, script_of, write_specs

SUPERVISOR_GRACE_S = 20.0


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who looks on: `ready` before the timed part of a waiting worker, `measured` after it.

    `ready` gets the pid of what is judged and the worker's file; the worker goes on when it
    returns.
    """

    ready: Callable[[int, str], None] = lambda _pid, _file: None
    measured: Callable[[], None] = lambda: None


NOBODY = Watcher()


def run_trial(request: TrialRequest, watcher: Watcher = NOBODY) -> Outcome:
    """Run one trial under its supervisor and wait for its end.

    Whatever raises here (a cancelled run, too), the trial is killed first.
    """
    folder = Path(tempfile.mkdtemp(prefix="perf-trial-"))
    try:
        spec = write_specs(request, folder)
        script = write_script(FOLDER / "supervisor.py", Path(sys.executable), folder)
        began = time.perf_counter_ns()
        with _supervised(script, spec) as supervisor:
            heard = _listen(supervisor, watcher, str(folder / "code" / script_of(request)))
        return outcome_of(heard, request, time.perf_counter_ns() - began)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _supervised(script: Path, spec: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor that is gone, with all it guards, when this ends."""
    supervisor = subprocess.Popen(
        [sys.executable, "-I", "-S", str(script), str(spec)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield supervisor
    finally:
        if supervisor.stdin is not None:
            with contextlib.suppress(OSError):
                supervisor.stdin.close()
        if not _ends_within(supervisor, SUPERVISOR_GRACE_S):
            supervisor.kill()
        supervisor.wait()
        if supervisor.stdout is not None:
            supervisor.stdout.close()


def _ends_within(process: subprocess.Popen[str], seconds: float) -> bool:
    """Wait for the end of a process; `Popen.wait` with a limit sleeps for longer and longer."""
    handle = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(1000 * seconds))
    finally:
        os.close(handle)


def _listen(supervisor: subprocess.Popen[str], watcher: Watcher, worker_file: str) -> Heard:
    heard = Heard()
    if supervisor.stdout is None or supervisor.stdin is None:
        return heard
    for message in _messages(supervisor.stdout):
        heard.take(message)
        if message["kind"] == "ready":
            watcher.ready(heard.judged_pid, worker_file)
            with contextlib.suppress(BrokenPipeError):
                supervisor.stdin.write("go\n")
                supervisor.stdin.flush()
        elif message["kind"] == "result":
            watcher.measured()
        if heard.end is not None:
            break
    return heard


def _messages(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What the supervisor says, until it ends or is killed in the middle of a line."""
    for line in lines:
        try:
            message: dict[str, Any] = json.loads(line)
        except ValueError:
            return
        yield message
