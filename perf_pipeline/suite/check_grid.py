"""What must hold between the grid and the places that speak of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from perf_pipeline.model import ParameterValue
from perf_pipeline.suite.cases import LOAD, grid
from perf_pipeline.suite.fault import FieldPath, Problem, choice, either, shown
from perf_pipeline.suite.schema.base import identity
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark

MAX_CASES = 1_000
RESERVED = ("port", "suite", "folder", "python")
"""Filled in by us wherever `{name}` stands in a command."""
_MANY_VALUES = 20
_Grid = Mapping[str, list[ParameterValue]]


def check_grid(document: DeclaredBenchmark) -> Iterator[Problem]:
    """Size and names of the grid."""
    cases = math.prod(len(values) for values in grid(document).values())
    if cases > MAX_CASES:
        found = f"{cases:,} combinations"
        yield Problem(("parameters",), found, f"at most {MAX_CASES:,} cases")
    taken = (*RESERVED, LOAD) if document.load else RESERVED
    for name in taken:
        if name in document.parameters:
            yield Problem(("parameters", name), "a name we fill in ourselves", "another name")


def check_where(document: DeclaredBenchmark) -> Iterator[Problem]:
    """Targets speak of parameters and values that there are."""
    values = grid(document)
    for metric, target in document.targets.items():
        yield from _unknown(values, ("targets", metric, "where"), target.where or {})


def check_budgets(document: DeclaredBenchmark) -> Iterator[Problem]:
    """Narrower grids and cells consist of parameters and values that there are."""
    values = grid(document)
    for name in ("quick", "nightly", "full"):
        budget = getattr(document.budgets, name)
        for i, cell in enumerate(budget.cells or []):
            yield from _unknown(values, ("budgets", name, "cells", i), cell)
        for parameter, chosen in (budget.parameters or {}).items():
            path: FieldPath = ("budgets", name, "parameters")
            yield from _unknown_values(values, (*path, parameter), chosen)


def check_confirm(document: DeclaredBenchmark) -> Iterator[Problem]:
    """What stands in for a case's parameters are parameters that there are, of any value."""
    values = grid(document)
    for name in (document.confirm and document.confirm.parameters) or ():
        if name not in values:
            path: FieldPath = ("confirm", "parameters", name)
            yield Problem(path, "an unknown parameter", choice(name, values))


def _unknown(
    values: _Grid, path: FieldPath, point: Mapping[str, ParameterValue]
) -> Iterator[Problem]:
    for name, value in point.items():
        yield from _unknown_values(values, (*path, name), [value])


def _unknown_values(
    values: _Grid, path: FieldPath, chosen: list[ParameterValue]
) -> Iterator[Problem]:
    name = str(path[-1])
    if name not in values:
        yield Problem(path, "an unknown parameter", choice(name, values))
        return
    known = set(map(identity, values[name]))
    for value in chosen:
        if identity(value) not in known:
            yield Problem(path, shown(value), _values(value, values[name]))


def _values(wrong: ParameterValue, known: list[ParameterValue]) -> str:
    names = [shown(value) for value in known]
    if len(names) > _MANY_VALUES:
        return f"one of the {len(names)} values in parameters"
    return choice(shown(wrong), names) if isinstance(wrong, str) else either(names)
