"""Benchmarks, requests and services built by hand around the programs beside this file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.request import Draw, TrialRequest
from perf_pipeline.measure.trial import run_trial
from perf_pipeline.model import BenchmarkRecord, Case, Day
from perf_pipeline.suite.benchmark import (
    Benchmark,
    Load,
    LoadModel,
    Profiling,
    Readiness,
    ReadinessKind,
    Request,
    Service,
    Workload,
)

PROGRAMS = Path(__file__).parent / "programs"
DRAW = Draw(hash_seed=1, padding=100, heap_seed=5)


def benchmark(**changes: Any) -> Benchmark:
    """A benchmark with nothing to run yet."""
    record = BenchmarkRecord(
        name="Toy",
        title="",
        component="toy",
        day=Day.BASELINE,
        tags=(),
        owner="",
        threshold_percent=10,
        cases=(),
        metrics=(),
        targets=(),
    )
    plain = Benchmark(
        record=record,
        category="toy",
        root=PROGRAMS,
        source=PROGRAMS / "toy.yaml",
        line=1,
        workload=None,
        command=(),
        service=None,
        load=None,
        budgets=(),
        python=Path(sys.executable),
        environment_set=(),
        environment_passed=(),
        requires=(),
        profiling=Profiling("", 100, 1),
        regression_enabled=True,
        min_iterations=3,
        include_traces=False,
        save_artifacts=False,
    )
    return replace(plain, **changes)


def calls(name: str, **changes: Any) -> Benchmark:
    """A benchmark of the factory `file:factory` (the file without its suffix)."""
    file, _, factory = name.partition(":")
    return benchmark(workload=Workload(factory, PROGRAMS / f"{file}.py"), **changes)


def command(*words: str, **changes: Any) -> Benchmark:
    """A benchmark of a command line."""
    return benchmark(command=words, **changes)


def service(*words: str, ready: str = "tcp", value: str = "", **changes: Any) -> Service:
    """The server beside this file; it is called with its port and these words."""
    plain = Service(
        command=(sys.executable, "-I", str(PROGRAMS / "server.py"), "{port}", *words),
        ready=Readiness(ReadinessKind(ready), value),
        stop_signal="SIGTERM",
        start_timeout_s=10,
    )
    return replace(plain, **changes)


def get(path: str, **changes: Any) -> Request:
    """A GET request."""
    return replace(Request("GET", path, (), "", ()), **changes)


def load(*requests: Request, closed: bool = False, timeout_s: float = 5) -> Load:
    """A load of these requests."""
    model = LoadModel.CLOSED if closed else LoadModel.OPEN
    return Load(model, (1,), 1, timeout_s, requests or (get("/"),))


def request(benchmark: Benchmark, **changes: Any) -> TrialRequest:
    """A short trial; `parameters` are those of its case."""
    parameters = json.dumps(changes.pop("parameters", {}))
    plain = TrialRequest(
        benchmark=benchmark,
        case=Case("case", "key", parameters),
        draw=DRAW,
        values=5,
        warmups=2,
        duration_s=0,
        timeout_s=20,
    )
    return replace(plain, **changes)


def run(benchmark: Benchmark, **changes: Any) -> Outcome:
    """The outcome of one short trial."""
    return run_trial(request(benchmark, **changes))


def drive(served: Service, asked: Load, level: float, **changes: Any) -> Outcome:
    """The outcome of one short trial under load."""
    changes = {"duration_s": 0.6, **changes}
    return run(
        benchmark(service=served, load=asked), parameters={"load": level, "shown": 7}, **changes
    )


def timed(outcome: Outcome, metric: str) -> tuple[float, ...]:
    """The values of a metric after its warm-ups."""
    series = outcome.series[metric]
    return series.values[series.warmups :]


def other_pythons() -> dict[str, str]:
    """Interpreters of other versions on this machine, by version; empty where there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found: dict[str, str] = {}
    for version in ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13"):
        built = sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
        path = str(built[-1]) if built else shutil.which(f"python{version}")
        found[version] = path if path and _runs(path) else ""
    return found


def _runs(python: str) -> bool:
    """Whether it is an interpreter, and no shim that refuses."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
