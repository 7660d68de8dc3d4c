"""One trial: a fresh process that measures one case, from the run's side."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from perf_pipeline.home import CHECKOUT
from perf_pipeline.measure.environment import worker_environment
from perf_pipeline.measure.ports import free_port
from perf_pipeline.model import Case, ParameterValue, TrialStatus
from perf_pipeline.suite.benchmark import Benchmark, Service

FOLDER = Path(__file__).parent
SUPERVISOR_GRACE_S = 20.0


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn for one trial: hash seed, environment padding, heap shake."""

    hash_seed: int
    padding: int
    heap_seed: int


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """What one trial is to do.

    `duration_s` above 0 repeats the callable for that long, else `values` values are taken. With
    `wait` the worker stops before the timed part until `on_ready` has returned. `cprofile` names
    the file the worker dumps exact calls into.
    """

    benchmark: Benchmark
    case: Case
    draw: Draw
    values: int
    warmups: int
    duration_s: float
    timeout_s: float
    memory_limit_bytes: int = 0
    wait: bool = False
    cprofile: str = ""


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


@dataclass(slots=True)
class _Heard:
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
    folder = Path(tempfile.mkdtemp(prefix="perf-trial-"))
    try:
        spec = _write_specs(request, folder)
        with _supervised(spec) as supervisor:
            heard = _listen(supervisor, watcher, str(folder / "code" / _script(request)))
        return _outcome(heard, request, time.perf_counter_ns() - began)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _supervised(spec: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor that is gone, with all it guards, when this ends."""
    supervisor = subprocess.Popen(
        [sys.executable, "-I", "-S", str(FOLDER / "supervisor.py"), str(spec)],
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
        try:
            supervisor.wait(SUPERVISOR_GRACE_S)
        except subprocess.TimeoutExpired:
            supervisor.kill()
            supervisor.wait()
        if supervisor.stdout is not None:
            supervisor.stdout.close()


def _listen(supervisor: subprocess.Popen[str], watcher: Watcher, worker_file: str) -> _Heard:
    heard = _Heard()
    if supervisor.stdout is None or supervisor.stdin is None:
        return heard
    for line in supervisor.stdout:
        message = json.loads(line)
        heard.take(message)
        if message["kind"] == "ready":
            watcher.ready(heard.judged_pid, worker_file)
            supervisor.stdin.write("go\n")
            supervisor.stdin.flush()
        elif message["kind"] == "result":
            watcher.measured()
        if heard.end is not None:
            break
    return heard


def _write_specs(request: TrialRequest, folder: Path) -> Path:
    """Write what the supervisor and the worker read; the worker's folder is otherwise empty."""
    code, work, temporary = folder / "code", folder / "work", folder / "tmp"
    for path in (code, work, temporary):
        path.mkdir()
    script = _script(request)
    for name in {script, "worker.py"}:
        shutil.copyfile(FOLDER / name, code / name)
    port = free_port() if request.benchmark.service else 0
    environment = worker_environment(request.benchmark, request.draw.hash_seed, temporary)
    environment["PERF_PADDING"] = "x" * request.draw.padding
    if port:
        environment["PERF_SERVICE_URL"] = f"http://127.0.0.1:{port}"
    _write(folder / "worker.json", _worker_spec(request, port))
    spec = {
        "folder": str(work),
        "environment": environment,
        "worker": [str(_interpreter(request.benchmark)), str(code / script)],
        "worker_spec": str(folder / "worker.json"),
        "timeout_s": request.timeout_s,
        "memory_limit_bytes": request.memory_limit_bytes,
        "aslr_off": True,
        "service": _service_spec(request.benchmark.service, request.case, port),
    }
    return _write(folder / "supervisor.json", spec)


def _script(request: TrialRequest) -> str:
    return "generator.py" if request.benchmark.load else "worker.py"


def _write(path: Path, spec: dict[str, Any]) -> Path:
    path.write_text(json.dumps(spec), encoding="utf-8")
    return path


def _interpreter(benchmark: Benchmark) -> Path:
    """Commands and load are driven by our own interpreter, workloads run under theirs."""
    return benchmark.python if benchmark.workload else Path(sys.executable)


def _worker_spec(request: TrialRequest, port: int) -> dict[str, Any]:
    benchmark, workload = request.benchmark, request.benchmark.workload
    parameters: dict[str, ParameterValue] = json.loads(request.case.parameters)
    file = workload.file if workload and workload.file else None
    return {
        "file": str(file or ""),
        "module": workload.module if workload else "",
        "factory": workload.factory if workload else "",
        "paths": [str(path) for path in (file.parent if file else None, benchmark.root) if path],
        "hidden_paths": [str(CHECKOUT)],
        "parameters": parameters,
        "command": [_filled(word, parameters, port) for word in benchmark.command],
        "load": _load_spec(benchmark, parameters, port),
        "values": request.values,
        "warmups": request.warmups,
        "duration_s": request.duration_s,
        "heap_seed": request.draw.heap_seed,
        "wait": request.wait,
        "cprofile": request.cprofile,
    }


def _load_spec(
    benchmark: Benchmark, parameters: dict[str, ParameterValue], port: int
) -> dict[str, Any] | None:
    load = benchmark.load
    if load is None:
        return None
    return {
        "model": load.model.value,
        "level": parameters["load"],
        "timeout_s": load.timeout_s,
        "port": port,
        "requests": [
            {
                "method": one.method,
                "path": _filled(one.path, parameters, port),
                "headers": dict(one.headers),
                "body": _filled(one.body, parameters, port),
                "expect_status": list(one.expect_status),
                "weight": one.weight,
            }
            for one in load.requests
        ],
    }


def _service_spec(service: Service | None, case: Case, port: int) -> dict[str, Any] | None:
    if service is None:
        return None
    parameters: dict[str, ParameterValue] = json.loads(case.parameters)
    return {
        "command": [_filled(word, parameters, port) for word in service.command],
        "ready": service.ready.kind.value,
        "ready_value": service.ready.value,
        "port": port,
        "stop_signal": service.stop_signal,
        "start_timeout_s": service.start_timeout_s,
    }


def _filled(text: str, parameters: dict[str, ParameterValue], port: int) -> str:
    """`{port}` and `{parameter}` filled in; other braces stay as they are."""
    for name, value in {**parameters, "port": port}.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def _outcome(heard: _Heard, request: TrialRequest, duration_ns: int) -> Outcome:
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
        series={
            name: Series(tuple(one["values"]), tuple(one["attempts"]), one["warmups"])
            for name, one in result.get("series", {}).items()
        },
        counters=result.get("counters", {}),
        loops=result.get("loops", 1),
        iterations=result.get("iterations", 0),
        startup_ns=heard.startup_ns,
        imported=tuple(imported.get("files", ())),
        standard=tuple(imported.get("standard", ())),
        interpreter=imported.get("version", ""),
    )


def _log_tail(heard: _Heard, end: dict[str, Any]) -> str:
    trace = heard.error["traceback"] if heard.error else ""
    return str(end["output"])[-6_000:] + trace[-6_000:]


def _judge(heard: _Heard, request: TrialRequest, end: dict[str, Any]) -> tuple[TrialStatus, str]:
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
    return f"signal {-code}" if code < 0 else f"exit code {code}"
