"""What a benchmark needs of the machine, checked before anything is run."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from perf_pipeline.measure.ports import answers
from perf_pipeline.suite.benchmark import Benchmark, Requirement, RequirementKind


def why_not(benchmark: Benchmark) -> str:
    """The first thing that is missing, as a sentence; empty when nothing is."""
    if benchmark.workload and shutil.which(str(benchmark.python)) is None:
        return f"the interpreter {benchmark.python} is missing"
    reasons = (_missing(requirement, benchmark.python) for requirement in benchmark.requires)
    return next((reason for reason in reasons if reason), "")


def _missing(requirement: Requirement, python: Path) -> str:
    name = requirement.name
    if requirement.kind is RequirementKind.PROGRAM:
        return "" if shutil.which(name) else f"the program {name} is not on the PATH"
    if requirement.kind is RequirementKind.MODULE:
        return "" if _importable(name, python) else f"{python} has no module {name}"
    address = urlsplit(name)
    if answers(address.hostname or "127.0.0.1", address.port or 0):
        return ""
    return f"no service answers at {name}"


@lru_cache(maxsize=256)
def _importable(module: str, python: Path) -> bool:
    code = "import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)"
    run = subprocess.run(
        [str(python), "-c", code, module], capture_output=True, timeout=30, check=False
    )
    return run.returncode == 0
