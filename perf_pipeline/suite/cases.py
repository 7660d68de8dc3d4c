"""The grid of a benchmark, and the cases it expands into."""

from __future__ import annotations

import itertools
import json
import posixpath
from collections.abc import Mapping

from perf_pipeline.model import Case, ParameterValue, canonical_parameters, short_hash
from perf_pipeline.suite.benchmark import Budget, BudgetName
from perf_pipeline.suite.schema.base import identity
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark
from perf_pipeline.suite.schema.settings import DeclaredBudget, DeclaredEnvironment
from perf_pipeline.suite.workload import default_factories, split_factory

LOAD = "load"
"""The parameter that carries the load level."""
TRIALS = {BudgetName.QUICK: 5, BudgetName.NIGHTLY: 10, BudgetName.FULL: 20}
TIMEOUT_S = 60.0
TIMEOUT_PER_DURATION = 3.0

Parameters = dict[str, ParameterValue]


def grid(document: DeclaredBenchmark) -> dict[str, list[ParameterValue]]:
    """Values by parameter in the author's order; the load levels come last."""
    values = dict(document.parameters)
    if document.load:
        values[LOAD] = [int(level) if level % 1 == 0 else level for level in document.load.levels]
    return values


def points(values: Mapping[str, list[ParameterValue]]) -> list[Parameters]:
    """Every combination, the last parameter changing fastest; one empty point without a grid."""
    return [dict(zip(values, point, strict=True)) for point in itertools.product(*values.values())]


def expand(
    document: DeclaredBenchmark, suite: str, environment: DeclaredEnvironment
) -> tuple[Case, ...]:
    """All cases with their public id and the key that ties their history together."""
    asked = question(document, suite, environment)
    return tuple(_case(point, document.name, suite, asked) for point in points(grid(document)))


def _case(point: Parameters, benchmark: str, suite: str, asked: str) -> Case:
    ordered = json.dumps(point, sort_keys=True, ensure_ascii=False)
    return Case(
        case_id=short_hash(suite, benchmark, ordered),
        case_key=short_hash(asked, ordered),
        parameters=canonical_parameters(point),
    )


def question(document: DeclaredBenchmark, suite: str, environment: DeclaredEnvironment) -> str:
    """What is asked, apart from the grid point, as one text.

    Neither source nor texts, owner, targets, metrics, interpreter or budgets are in it, nor any
    absolute path. Under an earlier name the question was the same, so the first name counts.
    """
    asked = {
        "suite": suite,
        "benchmark": [*document.renamed_from, document.name][0],
        "workload": _workload_name(document),
        "command": document.command,
        "service": document.service.command if document.service else None,
        "load": _load(document),
        "set": environment.set_,
        "pass": sorted(environment.pass_),
        "version": document.version,
    }
    return json.dumps(asked, sort_keys=True, ensure_ascii=False)


def _workload_name(document: DeclaredBenchmark) -> str:
    """File or module and factory; a factory called like the benchmark goes along with its name."""
    if document.workload is None:
        return f"{document.category}.py:" if not (document.command or document.load) else ""
    place, factory = split_factory(document.workload)
    place = posixpath.normpath(place)
    return f"{place}:{'' if factory in default_factories(document.name) else factory}"


def _load(document: DeclaredBenchmark) -> object:
    """The load without its levels, which are parameters, and without durations.

    Defaults are left out, so that a field added to loads one day moves no key.
    """
    return document.load and document.load.model_dump(
        mode="json", include={"model", "requests"}, by_alias=True, exclude_defaults=True
    )


def budgets(document: DeclaredBenchmark, cases: tuple[Case, ...]) -> tuple[Budget, ...]:
    """The three budgets with every default filled in."""
    return tuple(
        _budget(name, getattr(document.budgets, name.value), document, cases) for name in BudgetName
    )


def _budget(
    name: BudgetName,
    declared: DeclaredBudget,
    document: DeclaredBenchmark,
    cases: tuple[Case, ...],
) -> Budget:
    duration = declared.duration
    if duration is None:
        duration = document.load.duration if document.load else 0.0
    return Budget(
        name=name,
        trials=declared.trials or TRIALS[name],
        values=declared.values,
        warmups=declared.warmups,
        duration_s=duration,
        timeout_s=declared.timeout or TIMEOUT_S + TIMEOUT_PER_DURATION * duration,
        case_ids=tuple(case.case_id for case in cases if _is_in(case, declared)),
    )


def _is_in(case: Case, budget: DeclaredBudget) -> bool:
    point: Parameters = json.loads(case.parameters)
    if budget.cells is not None:
        return any(contains(point, cell) for cell in budget.cells)
    return all(
        identity(point[name]) in map(identity, values)
        for name, values in (budget.parameters or {}).items()
    )


def contains(point: Mapping[str, ParameterValue], cell: Mapping[str, ParameterValue]) -> bool:
    """Whether a point of the grid has all the values of a cell."""
    return all(identity(point[name]) == identity(value) for name, value in cell.items())
