"""Packages of the interpreters that a suite uses, as runs recorded them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from perf_pipeline.campaign.arms.checkout import checkouts
from perf_pipeline.campaign.arms.environments import Requirements
from perf_pipeline.campaign.errors import ArmsError
from perf_pipeline.measure.environment import inherited
from perf_pipeline.measure.import_roots import containing
from perf_pipeline.measure.interpreter import describe_interpreter
from perf_pipeline.measure.machine import package_fact
from perf_pipeline.model import RunRecord
from perf_pipeline.suite.benchmark import Benchmark, Suite

NEVER = {"pip", "perf-pipeline"}
"""Not what a workload runs on."""


def interpreter_names(suite: Suite) -> dict[str, Path]:
    """The interpreters that a suite uses under names that are the same in every checkout."""
    found = {interpreter_name(one): one.python for one in suite.benchmarks}
    return dict(sorted(found.items()))


def interpreter_name(benchmark: Benchmark) -> str:
    """The place of a benchmark's interpreter; relative to the checkout that it lies in."""
    python = benchmark.python
    tree = containing(python, checkouts(benchmark.repository)) if benchmark.repository else None
    return str(python.relative_to(tree) if tree and not _is_ours(benchmark) else python)


def recorded_requirements(record: RunRecord, benchmark: Benchmark) -> Requirements:
    """The packages that a benchmark's interpreter had when a run began, each at its version.

    Packages installed from a folder (the project itself) are left out: no index has them.

    Raises:
        ArmsError: The run did not record that interpreter's packages.
    """
    recorded = _recorded(record, benchmark)
    if not recorded:
        raise ArmsError(
            f"no second arm: campaign {record.campaign_id} did not record the packages of "
            f"{benchmark.python}"
        )
    now = describe_interpreter(benchmark.python, inherited())
    local = {one.name for one in now.packages if one.is_local} if now else set()
    lines = (f"{name}=={version}" for name, version in recorded.items() if name not in local)
    return Requirements(tuple(sorted(lines)), benchmark.root, f"packages of {record.campaign_id}")


def package_differences(
    before: RunRecord, after: RunRecord, benchmark: Benchmark
) -> tuple[str, ...]:
    """Packages of a benchmark's interpreter that differ: `zstandard 0.24 → 0.25`; by name.

    Empty as well where either run did not record them.
    """
    first, second = _recorded(before, benchmark), _recorded(after, benchmark)
    return differing_versions(first, second) if first and second else ()


def differing_versions(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """`name old → new`, `name version (new)` or `(removed)` for what differs, by name."""
    names = sorted({*before, *after}, key=str.lower)
    return tuple(
        _difference(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    )


def _difference(name: str, before: str, after: str) -> str:
    if before and after:
        return f"{name} {before} → {after}"
    return f"{name} {after} (new)" if after else f"{name} {before} (removed)"


def _recorded(record: RunRecord, benchmark: Benchmark) -> dict[str, str]:
    """Version by name, of the interpreter of a benchmark."""
    interpreter = "" if _is_ours(benchmark) else interpreter_name(benchmark)
    facts = {fact.name: fact.value for fact in record.environment}
    names = {name.split(" ")[1] for name in facts if name.startswith("package ")}
    wanted = {name: package_fact(name, interpreter) for name in names - NEVER}
    return {name: facts[fact] for name, fact in sorted(wanted.items()) if fact in facts}


def _is_ours(benchmark: Benchmark) -> bool:
    return benchmark.python == Path(sys.executable)
