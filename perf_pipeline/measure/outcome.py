"""How a trial ended: from what the supervisor said to a status and a sentence."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import Any

from perf_pipeline.measure.request import TrialRequest
from perf_pipeline.model import TrialStatus
from perf_pipeline.suite.benchmark import Benchmark


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one metric as the worker kept them, warm-ups first."""

    values: tuple[float, ...]
    attempts: tuple[float, ...]
    warmups: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a trial ended and what it brought; `series` is empty unless the timed part ended."""

    status: TrialStatus
    message: str
    log_tail: str
    duration_ns: int
    aslr: str
    series: dict[str, Series] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    loops: int = 1
    iterations: int = 0
    startup_ns: int = 0
    imported: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    interpreter: str = ""
    output: str = ""
    """Digest of what the last call returned; empty where that cannot be compared."""
    one_thread: bool = False
    """Whether the workload had one thread and no child process when it had been measured."""

    @property
    def values(self) -> int:
        """How many values the timed part took."""
        return self.iterations // max(1, self.loops)


@dataclass(slots=True)
class Heard:
    """What was heard from the supervisor so far."""

    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    end: dict[str, Any] | None = None
    done: bool = False
    judged_pid: int = 0
    startup_ns: int = 0

    def take(self, message: dict[str, Any]) -> None:
        """Keep what one message says."""
        kind = message["kind"]
        if kind == "started":
            self.judged_pid = message["service_pid"] or message["pid"]
        elif kind == "service":
            self.startup_ns = message["startup_ns"]
        elif kind == "done":
            self.done = True
        elif kind in {"result", "error", "end"}:
            setattr(self, kind, message)


def outcome_of(heard: Heard, request: TrialRequest, duration_ns: int) -> Outcome:
    """What became of a trial that took `duration_ns` in all."""
    end = heard.end or {"output": "", "aslr": "on", "status": "", "phase": "", "returncode": None}
    status, message = _judge(heard, request, end)
    result = heard.result or {}
    imported = result.get("imported", {})
    return Outcome(
        status=status,
        message=message,
        log_tail=_log_tail(heard, end),
        duration_ns=duration_ns,
        aslr=end["aslr"],
        series=_series(result, heard.startup_ns),
        counters=result.get("counters", {}),
        loops=result.get("loops", 1),
        iterations=result.get("iterations", 0),
        startup_ns=heard.startup_ns,
        imported=tuple(imported.get("files", ())),
        standard=tuple(imported.get("standard", ())),
        interpreter=imported.get("version", ""),
        output=result.get("output", ""),
        one_thread=result.get("one_thread", False),
    )


def _series(result: dict[str, Any], startup_ns: int) -> dict[str, Series]:
    """The worker's series, and how long the service took to get ready, which it cannot know."""
    kept = {
        name: Series(tuple(one["values"]), tuple(one["attempts"]), one["warmups"])
        for name, one in result.get("series", {}).items()
    }
    if startup_ns and kept:
        kept["startup_ns"] = Series((float(startup_ns),), (), 0)
    return kept


def _log_tail(heard: Heard, end: dict[str, Any]) -> str:
    trace = heard.error["traceback"] if heard.error else ""
    return str(end["output"])[-6_000:] + trace[-6_000:]


def _judge(heard: Heard, request: TrialRequest, end: dict[str, Any]) -> tuple[TrialStatus, str]:
    """The trial's status, and what happened as a sentence."""
    if heard.end is None:
        return TrialStatus.FAILED, "the supervisor of the trial was killed"
    if end["status"]:
        return TrialStatus(end["status"]), end["message"]
    if heard.error is not None:
        return _judge_error(heard.error, request.benchmark, end["phase"])
    if not heard.done or heard.result is None:
        return TrialStatus.FAILED, f"the worker ended in {end['phase']} with {_exit(end)}"
    if end["returncode"]:
        return TrialStatus.FAILED, f"the worker ended after its work with {_exit(end)}"
    return _judge_promise(heard.result, request)


def _judge_promise(result: dict[str, Any], request: TrialRequest) -> tuple[TrialStatus, str]:
    ran_s = result["counters"]["wall_ns"] / 1e9
    if ran_s < 0.95 * request.duration_s:
        reason = f"declared {request.duration_s:g} s, ran {ran_s:.3g} s"
        return TrialStatus.INVALID, result.get("invalid") or reason
    if result.get("invalid"):
        return TrialStatus.INVALID, result["invalid"]
    return TrialStatus.OK, ""


def _judge_error(
    error: dict[str, Any], benchmark: Benchmark, phase: str
) -> tuple[TrialStatus, str]:
    missing = error["missing"]
    if missing and not _is_own_module(missing, benchmark):
        reason = f"module {missing} is not installed for {benchmark.python}"
        return TrialStatus.ENVIRONMENT_FAILURE, reason
    return TrialStatus.FAILED, f"in {phase}: {error['message']}"


def _is_own_module(name: str, benchmark: Benchmark) -> bool:
    """Whether a missing module should have been in the suite: then it is the suite's fault."""
    top = name.partition(".")[0]
    folders = [benchmark.root, benchmark.source.parent]
    return any((folder / top).exists() or (folder / f"{top}.py").exists() for folder in folders)


def _exit(end: dict[str, Any]) -> str:
    code = end["returncode"]
    if code is None:
        return "no exit status"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
