"""What one trial is asked to do, and the files that tell supervisor and worker."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from perf_pipeline.home import CHECKOUT
from perf_pipeline.measure.bytecode import write_script
from perf_pipeline.measure.environment import worker_environment
from perf_pipeline.measure.ports import free_port
from perf_pipeline.model import Case, ParameterValue
from perf_pipeline.suite.benchmark import Benchmark

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn for one trial: hash seed, environment padding, heap shake."""

    hash_seed: int
    padding: int
    heap_seed: int


@dataclass(frozen=True, slots=True)
class Turns:
    """How a worker shares a core with that of the other arm, value by value.

    `pipes` are the descriptors it is called through and calls through, as texts of equal length:
    whatever the two workers read must lay out their memory alike.
    """

    core: int
    pipes: tuple[str, str]


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """What one trial is to do.

    `duration_s` above 0 repeats the callable for that long, else `values` values are taken. With
    `wait` the worker stops before the timed part until `on_ready` has returned. `cprofile` names
    the file the worker dumps exact calls into. `loops` calls make a value; 0 lets the worker
    choose. `one_of_two`: the other arm of a block runs beside it, so nothing is written into the
    code (no byte code), and the last value returned is digested. With `turns` both run at once.
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
    loops: int = 0
    one_of_two: bool = False
    turns: Turns | None = None


def write_specs(request: TrialRequest, folder: Path) -> Path:
    """Write what the supervisor and the worker read; the worker's folder is otherwise empty."""
    code, work, temporary = folder / "code", folder / "work", folder / "tmp"
    for path in (code, work, temporary):
        path.mkdir()
    script = _put_script(request, code)
    port = free_port() if request.benchmark.service else 0
    environment = worker_environment(request.benchmark, request.draw.hash_seed, temporary)
    environment["PERF_PADDING"] = "x" * request.draw.padding
    if request.one_of_two:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    if port:
        environment["PERF_SERVICE_URL"] = f"http://127.0.0.1:{port}"
    children = _python_path(request.benchmark, environment)
    _write(folder / "worker.json", _worker_spec(request, port, children))
    spec = {
        "folder": str(work),
        "environment": environment,
        "worker": [str(_interpreter(request.benchmark)), str(script)],
        "worker_spec": str(folder / "worker.json"),
        "timeout_s": request.timeout_s,
        "memory_limit_bytes": request.memory_limit_bytes,
        "aslr_off": True,
        "service": _service_spec(request, port, children),
    }
    return _write(folder / "supervisor.json", spec)


def _put_script(request: TrialRequest, code: Path) -> Path:
    """Put what measures into its folder; profilers know it by its source's name."""
    name = script_of(request)
    if name == "worker.py" and not (request.wait or request.cprofile):
        return write_script(FOLDER / name, _interpreter(request.benchmark), code)
    for one in {name, "worker.py"}:
        shutil.copyfile(FOLDER / one, code / one)
    return code / name


def script_of(request: TrialRequest) -> str:
    """The file that measures: the load generator, or the worker."""
    return "generator.py" if request.benchmark.load else "worker.py"


def _write(path: Path, spec: dict[str, Any]) -> Path:
    path.write_text(json.dumps(spec), encoding="utf-8")
    return path


def _interpreter(benchmark: Benchmark) -> Path:
    """Commands and load are driven by our own interpreter, workloads run under theirs."""
    return benchmark.python if benchmark.workload else Path(sys.executable)


def _worker_spec(request: TrialRequest, port: int, children: dict[str, str]) -> dict[str, Any]:
    benchmark, workload = request.benchmark, request.benchmark.workload
    parameters: dict[str, ParameterValue] = json.loads(request.case.parameters)
    file = workload.file if workload and workload.file else None
    return {
        "file": str(file or ""),
        "module": workload.module if workload else "",
        "factory": workload.factory if workload else "",
        "paths": [str(path) for path in _first_paths(benchmark)],
        "child_environment": children,
        "hidden_paths": [str(CHECKOUT)],
        "parameters": parameters,
        "command": [_filled(word, parameters, port) for word in benchmark.command],
        "load": _load_spec(benchmark, parameters, port),
        "values": request.values,
        "warmups": request.warmups,
        "loops": request.loops,
        "digest": request.one_of_two,
        "turns": asdict(request.turns) if request.turns else None,
        "duration_s": request.duration_s,
        "heap_seed": request.draw.heap_seed,
        "wait": request.wait,
        "cprofile": request.cprofile,
    }


def _first_paths(benchmark: Benchmark) -> list[Path]:
    """What goes before the interpreter's own import path."""
    file = benchmark.workload.file if benchmark.workload else None
    own = [file.parent] if file else []
    return [*own, benchmark.root, *benchmark.import_roots]


def _python_path(benchmark: Benchmark, environment: dict[str, str]) -> dict[str, str]:
    """How commands, services and processes of the workload find the import roots.

    Not in the worker's own environment: a file of a root that is called like a module of the
    standard library would take its place in the program that measures.
    """
    if not benchmark.import_roots:
        return {}
    declared = [environment["PYTHONPATH"]] if environment.get("PYTHONPATH") else []
    return {"PYTHONPATH": os.pathsep.join([*map(str, benchmark.import_roots), *declared])}


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


def _service_spec(
    request: TrialRequest, port: int, environment: dict[str, str]
) -> dict[str, Any] | None:
    service = request.benchmark.service
    if service is None:
        return None
    parameters: dict[str, ParameterValue] = json.loads(request.case.parameters)
    return {
        "environment": environment,
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
