"""Other benchmark tools at their defaults, asked whether two arms of one workload differ.

They are installed from the package registry into an environment of their own. Each is run as its
documentation says: all of A, then all of B, then its own comparison.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WORK = Path(__file__).parent / "suite" / "work.py"
REQUIREMENTS = (
    "pyperf==2.10.0",
    "pytest-benchmark==5.3.1",
    "asv==0.6.6",
    "virtualenv",
    "numpy",
    "zstandard",
)
LOAD_WORK = """
import importlib.util
import types

spec = importlib.util.spec_from_file_location("work", {file!r})
work = importlib.util.module_from_spec(spec)
spec.loader.exec_module(work)


def make(extra):
    call = work.{factory}(extra)
    return next(call) if isinstance(call, types.GeneratorType) else call
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said of B against A; `change_percent` is its own estimate."""

    tool: str
    differs: bool
    change_percent: float
    duration_s: float


def prepare(folder: Path) -> Path:
    """The interpreter of the peers' environment below the folder, made once."""
    python = folder / "peers" / "venv" / "bin" / "python"
    ready = python.parent.parent / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ready.parent)], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
        ready.write_text("\n".join(REQUIREMENTS), encoding="utf-8")
    return python


def pyperf(python: Path, folder: Path, factory: str, extra: int) -> list[Answer]:
    """`pyperf compare_to` of two runs of 20 processes with 3 values each."""
    began = time.monotonic()
    results = []
    for arm, more in (("a", 0), ("b", extra)):
        script = folder / f"pyperf_{factory}_{more}.py"
        runner = f"\nimport pyperf\n\npyperf.Runner().bench_func({factory!r}, make({more}))\n"
        script.write_text(_load(factory) + runner, encoding="utf-8")
        results.append(_fresh(folder / f"pyperf_{arm}.json"))
        _run(folder, python, script, "--quiet", "--output", results[-1])
    said = _run(folder, python, "-m", "pyperf", "compare_to", *results)
    before, after = (_mean(one) for one in results)
    differs = "slower" in said or "faster" in said
    change = 100 * (after / before - 1)
    duration_s = time.monotonic() - began
    return [Answer("pyperf compare_to", differs, change, duration_s)]


def pytest_benchmark(python: Path, folder: Path, factory: str, extra: int) -> list[Answer]:
    """`--benchmark-compare-fail=median:5%`, and the 10 % rule on the same two medians."""
    began = time.monotonic()
    storage = folder / "pytest_benchmark"
    for old in storage.glob("**/*.json"):
        old.unlink()
    test = "\n\ndef test_work(benchmark):\n    benchmark(make({more}))\n"
    options = ("-q", "-p", "no:cacheprovider", f"--benchmark-storage=file://{storage}")
    for number, more in enumerate((0, extra)):
        file = folder / "test_work.py"
        file.write_text(_load(factory) + test.format(more=more), encoding="utf-8")
        compare = ("--benchmark-compare=0001", "--benchmark-compare-fail=median:5%")
        name = ("--benchmark-save=run",)
        said = _run(
            folder, python, "-m", "pytest", file, *options, *name, *(compare if number else ())
        )
    before, after = (_median(file) for file in sorted(storage.glob("**/*.json")))
    change = 100 * (after / before - 1)
    duration_s = time.monotonic() - began
    failed = "Performance has regressed" in said
    return [
        Answer("pytest-benchmark median:5%", failed, change, duration_s),
        Answer("10 % rule", abs(change) > 10, change, duration_s),
    ]


def asv(python: Path, folder: Path, factory: str, extra: int) -> list[Answer]:
    """`asv compare` of two results at its factor of 1.1."""
    began = time.monotonic()
    project = folder / "asv"
    commits = _asv_project(project)
    suite = f"\nimport os\n\n\nclass Work:\n    def setup(self):\n{SETUP}\n{TIMED}"
    (project / "benchmarks" / "work_bench.py").write_text(_load(factory) + suite, encoding="utf-8")
    tool = (python, "-m", "asv")
    existing = ("-E", f"existing:{python}")
    _run(project, *tool, "machine", "--yes")
    for commit, more in zip(commits, (0, extra), strict=True):
        words = ("run", *existing, "--set-commit-hash", commit)
        _run(project, *tool, *words, EVALUATED_EXTRA=str(more))
    said = _run(project, *tool, "compare", *existing, *commits)
    found = re.search(r"\|\s*([+\-~!x]?)\s*\|\s*([\d.]+)[^|]*\|[^|]*\|\s*~?([\d.]+)\s*\|", said)
    if found is None:
        raise RuntimeError(f"asv said nothing that can be read:\n{said}")
    change = 100 * (float(found[3]) - 1)
    return [Answer("asv compare", found[1] in set("+-"), change, time.monotonic() - began)]


SETUP = '        self.call = make(int(os.environ["EVALUATED_EXTRA"]))'
TIMED = "    def time_work(self):\n        self.call()\n"
PEERS: tuple[Callable[[Path, Path, str, int], list[Answer]], ...] = (pyperf, pytest_benchmark, asv)


def _asv_project(project: Path) -> tuple[str, str]:
    """A repository with two commits; returns them."""
    if not (project / "asv.conf.json").exists():
        (project / "benchmarks").mkdir(parents=True)
        (project / "benchmarks" / "__init__.py").touch()
        settings = {"version": 1, "project": "work", "repo": ".", "branches": ["main"]}
        settings |= {"environment_type": "virtualenv", "benchmark_dir": "benchmarks"}
        (project / "asv.conf.json").write_text(json.dumps(settings), encoding="utf-8")
        _run(project, "git", "init", "--quiet", "--initial-branch=main")
        who = ("-c", "user.name=Evaluation", "-c", "user.email=evaluation@example.org")
        for name in ("A", "B"):
            _run(project, "git", *who, "commit", "--quiet", "--allow-empty", "--message", name)
    first, second = _run(project, "git", "log", "--format=%H", "--reverse").split()
    for old in (project / ".asv" / "results").glob("*/*-existing-*.json"):
        old.unlink()
    return first, second


def _load(factory: str) -> str:
    return LOAD_WORK.format(file=str(WORK), factory=factory)


def _fresh(file: Path) -> Path:
    file.unlink(missing_ok=True)
    return file


def _mean(file: Path) -> float:
    """Of all values of all processes: pyperf's own estimate."""
    runs = json.loads(file.read_text(encoding="utf-8"))["benchmarks"][0]["runs"]
    values = [value for run in runs for value in run.get("values", ())]
    return float(sum(values) / len(values))


def _median(file: Path) -> float:
    benchmarks = json.loads(file.read_text(encoding="utf-8"))["benchmarks"]
    return float(benchmarks[0]["stats"]["median"])


def _run(folder: Path, *command: str | Path, **environment: str) -> str:
    """What a command said; with one thread for BLAS, as our own trials have it."""
    found = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout + found.stderr
