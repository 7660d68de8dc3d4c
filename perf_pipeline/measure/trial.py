"""One trial: a fresh process that measures one case, from the run's side."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from perf_pipeline.measure.bytecode import write_script
from perf_pipeline.measure.outcome import Heard, Outcome, outcome_of
from perf_pipeline.measure.request import FOLDER, TrialRequest, Turns, script_of, write_specs

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
    began = time.perf_counter_ns()
    with _supervised(request) as trial:
        heard = _listen(trial.supervisor, watcher, trial.worker_file)
    return outcome_of(heard, request, time.perf_counter_ns() - began)


def run_in_turns(first: TrialRequest, second: TrialRequest, core: int) -> tuple[Outcome, Outcome]:
    """Run two trials at once on one core, of which one works at a time, value by value.

    The first sets up and warms up, then the second, then they take a value each in turn. Where
    one fails the other goes on without it.
    """
    began = time.perf_counter_ns()
    requests = (first, second)
    with contextlib.ExitStack() as stack:
        trials: list[_Trial] = []
        with _pipes() as (to_first, to_second):
            os.write(to_first[1], b"x")
            ends = ((to_first[0], to_second[1]), (to_second[0], to_first[1]))
            for request, (called, calling) in zip(requests, ends, strict=True):
                turns = Turns(core, (f"{called:06}", f"{calling:06}"))
                trials.append(stack.enter_context(_supervised(replace(request, turns=turns))))
        heard = [_listen(one.supervisor, NOBODY, one.worker_file) for one in trials]
    took_ns = time.perf_counter_ns() - began
    a, b = (outcome_of(one, request, took_ns) for one, request in zip(heard, requests, strict=True))
    return a, b


@contextlib.contextmanager
def _pipes() -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Two pipes that are closed here when this ends; whoever inherited them has them still."""
    pipes = os.pipe(), os.pipe()
    try:
        yield pipes
    finally:
        for end in itertools.chain(*pipes):
            os.close(end)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A trial under way."""

    supervisor: subprocess.Popen[str]
    worker_file: str


@contextlib.contextmanager
def _supervised(request: TrialRequest) -> Iterator[_Trial]:
    """A trial that is gone, with its supervisor, all it guards and its folder, when this ends."""
    folder = Path(tempfile.mkdtemp(prefix="perf-trial-"))
    try:
        spec = write_specs(request, folder)
        script = write_script(FOLDER / "supervisor.py", Path(sys.executable), folder)
        pipes = tuple(map(int, request.turns.pipes)) if request.turns else ()
        with _supervisor(script, spec, pipes) as supervisor:
            yield _Trial(supervisor, str(folder / "code" / script_of(request)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _supervisor(
    script: Path, spec: Path, pipes: tuple[int, ...]
) -> Iterator[subprocess.Popen[str]]:
    """A supervisor that is gone, with all it guards, when this ends."""
    supervisor = subprocess.Popen(
        [sys.executable, "-I", "-S", str(script), str(spec), *map(str, pipes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        pass_fds=pipes,
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
