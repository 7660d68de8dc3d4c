"""cProfile: exact calls of real workers, and files that are missing, cut off or foreign."""

from __future__ import annotations

import cProfile
import marshal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_pipeline.model import FrameKind, TrialStatus
from perf_pipeline.profilers.base import Capture, Scope
from perf_pipeline.profilers.cprofile import CALLS_FILE, CProfile, decode

Start = Callable[..., Any]


def record(start: Start, function: str, folder: Path, scope: Scope) -> tuple[Capture, int]:
    """Let a worker count; returns what was counted and how many calls the worker made."""
    target = start(function, 0.3, folder / CProfile().worker_options().calls_file)
    recording = CProfile().attach(target.pid, folder, 0, 10, scope)
    calls = target.work()
    return recording.finish(5), calls


def by_function(capture: Capture) -> dict[str, tuple[int, int, int]]:
    """Calls, self and total time of each function."""
    return {
        capture.frames[row.frame].function: (row.calls, row.self_ns, row.total_ns)
        for row in capture.calls
    }


def dumped(folder: Path) -> bytes:
    """Real statistics of a call of `sorted` with a key."""
    profile = cProfile.Profile()
    profile.runcall(sorted, [3, 1, 2], key=lambda number: -number)
    profile.dump_stats(folder / CALLS_FILE)
    return (folder / CALLS_FILE).read_bytes()


def test_calls_are_exact(start: Start, tmp_path: Path, scope: Scope) -> None:
    """Twelve calls a call, of the user's function and of the one in C below it."""
    capture, calls = record(start, "many", tmp_path, scope)
    assert (capture.status, capture.message) == (TrialStatus.OK, "")
    rows = by_function(capture)
    assert rows["many"][0] == calls
    assert rows["leaf"][0] == rows["<built-in method builtins.abs>"][0] == 12 * calls
    assert capture.artifact == tmp_path / CALLS_FILE


def test_planted_function_is_found(start: Start, tmp_path: Path, scope: Scope) -> None:
    """The function with seven eighths of the work has most self time; its caller the total."""
    capture, _ = record(start, "step", tmp_path, scope)
    rows = by_function(capture)
    own = {name: self_ns for name, (_, self_ns, _) in rows.items()}
    assert max(own, key=lambda name: own[name]) == "hot"
    assert own["hot"] > 3 * own["cool"]
    assert rows["step"][2] >= rows["hot"][2] + rows["cool"][2]


def test_worker_and_profiler_are_left_out(start: Start, tmp_path: Path, scope: Scope) -> None:
    """Neither the worker's functions nor the profiler's own are the user's cost."""
    capture, _ = record(start, "many", tmp_path, scope)
    assert scope.worker_file not in {frame.file for frame in capture.frames}
    assert not [frame for frame in capture.frames if "_lsprof" in frame.function]
    kinds = {frame.function: frame.kind for frame in capture.frames}
    assert kinds["leaf"] is FrameKind.OWN


def test_worker_that_died(start: Start, tmp_path: Path, scope: Scope) -> None:
    """A dead worker is not waited for, and the reason is told."""
    target = start("many", 30, tmp_path / CALLS_FILE)
    recording = CProfile().attach(target.pid, tmp_path, 0, 10, scope)
    target.process.kill()
    target.process.wait()
    capture = recording.finish(3_600)
    assert capture.status is TrialStatus.FAILED
    assert capture.message == "the worker ended before it wrote its call counts"


def test_file_that_comes_late(start: Start, tmp_path: Path, scope: Scope) -> None:
    """A worker that still writes is waited for."""
    target = start("many", 0.3, tmp_path / CALLS_FILE)
    recording = CProfile().attach(target.pid, tmp_path, 0, 10, scope)
    target.begin()
    assert recording.finish(20).status is TrialStatus.OK


def test_waiting_has_an_end(start: Start, tmp_path: Path, scope: Scope) -> None:
    """A worker that lives but writes nothing is waited for only so long."""
    recording = CProfile().attach(start("many", 1).pid, tmp_path, 0, 10, scope)
    assert recording.finish(0.1).status is TrialStatus.FAILED


def test_nothing_counted(tmp_path: Path) -> None:
    """Statistics without a function are no profile."""
    (tmp_path / CALLS_FILE).write_bytes(marshal.dumps({}))
    with subprocess.Popen(["true"]) as process:
        pass
    capture = CProfile().attach(process.pid, tmp_path, 0, 10).finish(1)
    assert (capture.status, capture.message) == (TrialStatus.INVALID, "no call was counted")


def test_addresses_are_no_identity() -> None:
    """Functions in C whose name holds an address have one name in every process."""
    rows: dict[tuple[str, int, str], tuple[int, int, float, float, dict[str, str]]] = {
        ("~", 0, f"<built-in method __new__ of type object at 0x{address:x}>"): (1, 2, 0.5, 1.0, {})
        for address in (0x55D0, 0x7FFF)
    }
    frames, calls = decode(marshal.dumps(rows), Scope())
    assert [frame.function for frame in frames] == ["<built-in method __new__ of type object>"]
    assert [(row.calls, row.self_ns, row.total_ns) for row in calls] == [(4, 10**9, 2 * 10**9)]


@given(part=st.floats(0, 1, exclude_max=True))
def test_file_that_is_cut_off(tmp_path_factory: pytest.TempPathFactory, part: float) -> None:
    """However much is missing: a reason, never another error and never half the functions."""
    data = dumped(tmp_path_factory.getbasetemp())
    with pytest.raises(ValueError, match="cProfile"):
        decode(data[: int(len(data) * part)], Scope())


@pytest.mark.parametrize(
    "statistics", [[], 3, {"f": 1}, {("f", 1): (1, 1, 0.0, 0.0, {})}, {("f", 1, "g"): (1, 2)}]
)
def test_foreign_statistics(statistics: Any) -> None:
    """Something else that can be unmarshalled is refused with a reason."""
    with pytest.raises(ValueError, match="no"):
        decode(marshal.dumps(statistics), Scope())
