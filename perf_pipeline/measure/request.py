"""What one trial is asked to do, and the files that tell supervisor and worker."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perf_pipeline.home import CHECKOUT
from perf_pipeline.measure.environment import worker_environment
from perf_pipeline.measure.ports import free_port
from perf_pipeline.model import Case, ParameterValue
from perf_pipeline.suite.benchmark import Benchmark, Service

FOLDER = Path(__file__).parent


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


def write_specs(request: TrialRequest, folder: Path) -> Path:
    """Write what the supervisor and the worker read; the worker's folder is otherwise empty."""
    code, work, temporary = folder / "code", folder / "work", folder / "tmp"
    for path in (code, work, temporary):
        path.mkdir()
    script = script_of(request)
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


def script_of(request: TrialRequest) -> str:
    """The file that measures: the load generator, or the worker."""
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
