"""py-spy on real processes: what it finds, and what it says when it may not or cannot look."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from perf_pipeline.model import FrameKind, TrialStatus
from perf_pipeline.profilers.base import Capture, Scope
from perf_pipeline.profilers.py_spy import PySpy, PySpyRecording

Start = Callable[..., Any]
TIMEOUT_S = 10.0


def record(target: Any, folder: Path, scope: Scope) -> Capture:
    """Let a target work under py-spy."""
    recording = PySpy().attach(target.pid, folder, 200, 10, scope)
    target.work()
    return recording.finish(TIMEOUT_S)


def refusal(pid: int, folder: Path) -> Capture:
    """What comes of looking at a process that does not let itself be looked at."""
    return PySpy().attach(pid, folder, 100, 1).finish(TIMEOUT_S)


def self_samples(capture: Capture) -> Counter[str]:
    """Samples by the function that was running."""
    counts: Counter[str] = Counter()
    for stack in capture.stacks:
        counts[capture.frames[stack.frames[-1]].function] += stack.samples
    return counts


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is all of PATH, with an interpreter that has no py-spy beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_planted_function_is_found(start: Start, tmp_path: Path, scope: Scope) -> None:
    """The function with seven eighths of the work has about that share of the samples."""
    capture = record(start("step", 1.5), tmp_path, scope)
    assert (capture.status, capture.message) == (TrialStatus.OK, "")
    counts = self_samples(capture)
    assert 0.7 < counts["hot"] / capture.samples < 0.97
    assert counts.total() == capture.samples
    assert capture.artifact is not None
    assert "hot (" in capture.artifact.read_text()


def test_users_code_is_on_top(start: Start, tmp_path: Path, scope: Scope, programs: Path) -> None:
    """No frame of the worker is left, the function it called is the root, and it is the user's."""
    capture = record(start("step", 0.5), tmp_path, scope)
    most = max(capture.stacks, key=lambda stack: stack.samples)
    root = capture.frames[most.frames[0]]
    assert (root.function, root.file) == ("step", str(programs / "workload.py"))
    assert root.kind is FrameKind.OWN
    assert most.thread == "MainThread"
    assert scope.worker_file not in {frame.file for frame in capture.frames}


def test_threads_keep_their_names(start: Start, tmp_path: Path, scope: Scope) -> None:
    """A name with blanks, parentheses and a semicolon comes through whole."""
    capture = record(start("in_threads", 0.7), tmp_path, scope)
    samples: Counter[str] = Counter()
    for stack in capture.stacks:
        samples[stack.thread] += stack.samples
    assert samples.most_common(1)[0][0] == "queue (a); part 2"


def test_children_are_seen_on_demand(start: Start, tmp_path: Path, scope: Scope) -> None:
    """With children, work in a child process is found; without, there is nothing to see."""
    alone = record(start("in_child", 0.1), tmp_path, scope)
    assert alone.status is TrialStatus.INVALID
    capture = record(start("in_child", 0.1), tmp_path, replace(scope, children=True))
    assert capture.status is TrialStatus.OK
    assert self_samples(capture).most_common(1)[0][0] == "hot"


def test_samples_survive_the_target(start: Start, tmp_path: Path, scope: Scope) -> None:
    """What was seen until the target was killed is kept."""
    target = start("step", 30)
    recording = PySpy().attach(target.pid, tmp_path, 200, 10, scope)
    target.begin()
    time.sleep(0.8)
    target.process.kill()
    capture = recording.finish(TIMEOUT_S)
    assert capture.status is TrialStatus.OK
    assert self_samples(capture).most_common(1)[0][0] == "hot"


def test_stops_although_interrupts_are_ignored(start: Start, tmp_path: Path, scope: Scope) -> None:
    """Background jobs of a shell ignore SIGINT, and so do their children; samples are kept."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        capture = record(start("step", 0.5), tmp_path, scope)
    finally:
        signal.signal(signal.SIGINT, before)
    assert capture.status is TrialStatus.OK


def test_recording_ends_with_its_time(start: Start, tmp_path: Path, scope: Scope) -> None:
    """py-spy stops after the duration (whole seconds), and keeps what it has."""
    target = start("step", 2.5)
    recording = PySpy().attach(target.pid, tmp_path, 100, 0.5, scope)
    target.work()
    assert isinstance(recording, PySpyRecording)
    assert recording.process.poll() is not None
    capture = recording.finish(TIMEOUT_S)
    assert capture.status is TrialStatus.OK
    assert capture.samples <= 100


@pytest.mark.skipif(sys.version_info < (3, 11), reason="older Pythons do not say who waits")
def test_too_few_samples_are_no_profile(start: Start, tmp_path: Path, scope: Scope) -> None:
    """A workload that only waits gives no profile, and the reason says so."""
    capture = record(start("wait", 0.5), tmp_path, scope)
    assert capture.status is TrialStatus.INVALID
    assert "20 are needed" in capture.message
    assert (capture.frames, capture.stacks) == ((), ())


def test_process_that_is_gone(tmp_path: Path) -> None:
    """A dead process is a failed trial with that reason."""
    with subprocess.Popen(["true"]) as process:
        pass
    capture = refusal(process.pid, tmp_path)
    assert capture.status is TrialStatus.FAILED
    assert capture.message == f"process {process.pid} was gone before py-spy could look into it"
    assert capture.artifact is None


@pytest.mark.parametrize("children", [False, True])
def test_process_that_is_no_python(tmp_path: Path, *, children: bool) -> None:
    """Another program cannot be profiled, and the reason says so."""
    with subprocess.Popen(["sleep", "60"]) as process:
        recording = PySpy().attach(process.pid, tmp_path, 100, 1, Scope(children=children))
        capture = recording.finish(TIMEOUT_S)
        process.kill()
    assert capture.status is TrialStatus.ENVIRONMENT_FAILURE
    assert "Python that py-spy knows" in capture.message


def test_looking_is_forbidden(
    start: Start, tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that guards itself is refused by the kernel; the reason says what helps."""
    real = shutil.which("py-spy", path=Path(sys.executable).parent) or shutil.which("py-spy")
    drop = "setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace" if os.geteuid() == 0 else ""
    target = start(program=programs / "refuses.py")
    wrapper = tmp_path / "bin" / "py-spy"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec {drop} "{real}" "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(wrapper.with_name("python")))
    capture = refusal(target.pid, tmp_path)
    assert capture.status is TrialStatus.ENVIRONMENT_FAILURE
    assert f"may not look into process {target.pid}" in capture.message
    assert "SYS_PTRACE" in capture.message


@pytest.mark.usefixtures("elsewhere")
def test_missing_program(tmp_path: Path) -> None:
    """Without py-spy there is a reason, at availability and at attach."""
    availability = PySpy().availability()
    assert not availability.ok
    assert "pip install" in availability.reason
    capture = refusal(os.getpid(), tmp_path)
    assert capture.status is TrialStatus.ENVIRONMENT_FAILURE
    assert capture.message == availability.reason


def test_program_that_does_not_start(elsewhere: Path, tmp_path: Path) -> None:
    """A py-spy of another architecture is a reason, not a crash."""
    program = elsewhere / "py-spy"
    program.write_bytes(b"\x7fELF of elsewhere")
    program.chmod(0o755)
    assert PySpy().availability().ok
    capture = refusal(os.getpid(), tmp_path)
    assert capture.status is TrialStatus.ENVIRONMENT_FAILURE
    assert "could not be started" in capture.message


def test_sampler_that_hangs_is_ended(start: Start, tmp_path: Path) -> None:
    """A py-spy that does not answer is killed after the time-out, and its recording dropped."""
    recording = PySpy().attach(start("step", 0.1).pid, tmp_path, 100, 10)
    assert isinstance(recording, PySpyRecording)
    recording.process.send_signal(signal.SIGSTOP)
    capture = recording.finish(0.3)
    assert capture.status is TrialStatus.ENVIRONMENT_FAILURE
    assert "did not stop within 0.3 s" in capture.message


def test_full_disk_is_a_reason(start: Start, tmp_path: Path) -> None:
    """When the recording cannot be written, py-spy's own words are the reason."""
    (tmp_path / "py-spy.raw").symlink_to("/dev/full")
    target = start("step", 0.3)
    capture = record(target, tmp_path, Scope())
    assert capture.status is TrialStatus.ENVIRONMENT_FAILURE
    assert "No space left" in capture.message


def test_abort_ends_it(start: Start, tmp_path: Path) -> None:
    """After an abort nothing runs, and a second one does no harm."""
    recording = PySpy().attach(start("step", 0.1).pid, tmp_path, 100, 10)
    recording.abort()
    recording.abort()
    assert isinstance(recording, PySpyRecording)
    assert recording.process.returncode == -signal.SIGKILL
