"""A declared benchmark checked as a whole: every fault at once, whatever else is wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from perf_pipeline.suite.check_grid import check_budgets, check_confirm, check_grid, check_where
from perf_pipeline.suite.check_metrics import check_metrics, check_targets
from perf_pipeline.suite.check_workload import check_factory, check_filled_in, check_one_workload
from perf_pipeline.suite.explain import MAX_PROBLEMS, problems
from perf_pipeline.suite.fault import Problem, near_name
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark

RESERVED_NAMES = (
    *("machine", "control", "baseline", "microbenchmarks", "macrobenchmarks"),
    *("regressions", "deep_dive", "hotspots", "bottlenecks"),
    *("roadmap", "report", "history", "gate"),
)
"""Steps of every campaign; a benchmark stands beside them under its name."""

_BY_ENTRY = ("targets", "budgets")
"""Fields of which only the faulty entry is left out when the rest is checked."""

_Raw = dict[str, Any]
_Rule = Callable[[DeclaredBenchmark], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Checked:
    """The benchmark as far as it could be read, and everything that is wrong with it."""

    document: DeclaredBenchmark | None
    problems: tuple[Problem, ...]


def check(raw: _Raw, folder: Path, spare_name: str, *, own_python: bool) -> Checked:
    """Read and check one benchmark.

    Args:
        raw: What the file says below `benchmark`.
        folder: Where the file lies.
        spare_name: Stands in for a name that is missing or not allowed.
        own_python: Whether the suite leaves the workload to our own interpreter.
    """
    document, found, unsure = _validated(raw, spare_name)
    if document is not None:
        own_python = own_python and document.python is None
        for needs, rule in _rules(folder, own_python=own_python):
            if not needs & unsure:
                found.extend(islice(rule(document), MAX_PROBLEMS))
    return Checked(document, tuple(found))


def _validated(
    raw: _Raw, spare_name: str
) -> tuple[DeclaredBenchmark | None, list[Problem], frozenset[str]]:
    """The benchmark as far as its fields are valid, their problems, and the fields in doubt."""
    try:
        return DeclaredBenchmark.model_validate(raw), [], frozenset()
    except ValidationError as error:
        found = problems(error, DeclaredBenchmark)
    rest, unsure = _without(raw, found)
    try:
        return DeclaredBenchmark.model_validate({"name": spare_name, **rest}), found, unsure
    except ValidationError:
        return None, found, unsure


def _rules(folder: Path, *, own_python: bool) -> tuple[tuple[frozenset[str], _Rule], ...]:
    """Each rule with the fields it must be able to rely on."""

    def factory(document: DeclaredBenchmark) -> Iterator[Problem]:
        return check_factory(document, folder, known=own_python)

    workload = {"workload", "command", "service", "load", "category"}
    return (
        (frozenset({"name"}), _check_names),
        (frozenset(workload), check_one_workload),
        (frozenset(workload | {"name", "parameters"}), factory),
        (frozenset({"command", "service", "load", "parameters"}), check_filled_in),
        (frozenset({"parameters", "load"}), check_grid),
        (frozenset({"parameters", "load"}), check_where),
        (frozenset({"parameters", "load"}), check_budgets),
        (frozenset({"parameters", "load"}), check_confirm),
        (frozenset({"metrics", "targets"}), check_metrics),
        (frozenset({"metrics"}), check_targets),
    )


def _check_names(document: DeclaredBenchmark) -> Iterator[Problem]:
    if document.name in RESERVED_NAMES:
        yield Problem(("name",), f"{document.name}, a step of every campaign", "another name")
    if document.name in document.renamed_from:
        yield Problem(("renamed_from",), "the present name", "earlier names")


def _without(raw: _Raw, found: list[Problem]) -> tuple[_Raw, frozenset[str]]:
    """What is left without the faulty fields, and the fields that are no longer complete."""
    rest = copy.deepcopy(raw)
    unsure: set[str] = set()
    for problem in found:
        field, *inner = (str(part) for part in problem.path)
        unsure |= {field, near_name(field, DeclaredBenchmark.model_fields)}
        if inner and field in _BY_ENTRY and isinstance(rest.get(field), dict):
            rest[field].pop(inner[0], None)
        else:
            rest.pop(field, None)
    return rest, frozenset(unsure)
