"""What must hold of the code a benchmark runs: there is exactly one, and it can be found."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from perf_pipeline.suite.fault import FieldPath, Problem, choice, near_name, shown
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark
from perf_pipeline.suite.workload import (
    Definitions,
    arguments,
    default_factories,
    definitions,
    is_file,
    split_factory,
)

_WANTED = "workload, command, service with load, or a category whose <category>.py holds it"
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)


def check_one_workload(document: DeclaredBenchmark) -> Iterator[Problem]:
    """One thing is measured: a workload, a command, or a service under load."""
    if document.load and not document.service:
        yield Problem(("load",), "load without service", "a service that it is put on")
    if document.command and document.service:
        yield Problem(("command",), "a command beside a service", "workload or load beside it")
    if document.command and document.load:
        yield Problem(("command",), "a command beside load", "one of them")
    if document.workload and (document.command or document.load):
        other = "command" if document.command else "load"
        yield Problem(("workload",), f"a workload beside {other}", "one of them")
    if not (document.workload or document.command or document.load or document.category):
        yield Problem(("workload",), "nothing", _WANTED)


def check_filled_in(document: DeclaredBenchmark) -> Iterator[Problem]:
    """Every parameter reaches the command or the load: otherwise its cases would be the same."""
    if not (document.command or document.load):
        return
    used = {name for text in _texts(document) for name in _PLACEHOLDER.findall(text)}
    where = "the command" if document.command else "the service's command or the requests"
    for name in document.parameters:
        if name not in used:
            near = near_name(name, used - set(document.parameters))
            hint = f" (instead of {{{near}}}?)" if near else ""
            allowed = f"{{{name}}} in {where}{hint}"
            yield Problem(("parameters", name), "a parameter that is not used", allowed)


def _texts(document: DeclaredBenchmark) -> Iterator[str]:
    """Where parameters are filled in."""
    yield from document.command or []
    yield from document.service.command if document.service else []
    for request in document.load.requests if document.load else []:
        yield from (request.path, request.body or "", json.dumps(request.json_))


def check_factory(document: DeclaredBenchmark, folder: Path, *, known: bool) -> Iterator[Problem]:
    """The workload's file and factory are there, and the factory takes the grid's parameters.

    Args:
        document: A benchmark.
        folder: Where its file lies.
        known: Whether the workload runs under our own interpreter, so that a file that we cannot
            parse is a fault. Another one may know a newer syntax.
    """
    if document.command or document.load:
        return
    place, factories = _wanted(document)
    if not place or not is_file(place):
        return
    path: FieldPath = ("workload",) if document.workload else ("category",)
    if Path(place).is_absolute():
        yield Problem(path, shown(place), "a path relative to this file")
        return
    yield from _check_file(document, folder / place, path, factories, known=known)


def _wanted(document: DeclaredBenchmark) -> tuple[str, tuple[str, ...]]:
    if document.workload:
        place, factory = split_factory(document.workload)
        return place, (factory,)
    factories = tuple(dict.fromkeys(default_factories(document.name)))
    return (f"{document.category}.py" if document.category else ""), factories


def _check_file(
    document: DeclaredBenchmark,
    file: Path,
    path: FieldPath,
    factories: tuple[str, ...],
    *,
    known: bool,
) -> Iterator[Problem]:
    if not file.is_file():
        yield _no_file(file, path)
        return
    try:
        defined = definitions(file.read_bytes())
    except OSError as error:
        yield Problem(path, f"{file.name}: {error.strerror}", "a file we may read")
    except SyntaxError as error:
        if known:
            found = f"a syntax error in line {error.lineno or 1} of {file.name}"
            yield Problem(path, found, f"Python ({error.msg})")
    else:
        yield from _check_factories(document, defined, file, path, factories)


def _no_file(file: Path, path: FieldPath) -> Problem:
    beside = sorted(other.name for other in file.parent.glob("*.py"))
    near = near_name(file.name, beside)
    hint = f" (did you mean {near}?)" if near else ""
    wanted = "workload: file.py:factory or package.module:factory, or a command"
    allowed = wanted if path == ("category",) else "a file that is there"
    return Problem(path, f"no file {file.name} beside it", f"{allowed}{hint}")


def _check_factories(
    document: DeclaredBenchmark,
    defined: Definitions,
    file: Path,
    path: FieldPath,
    factories: tuple[str, ...],
) -> Iterator[Problem]:
    factory = next((name for name in factories if name in defined.names), "")
    if not factory and not defined.is_open:
        found = f"no {' or '.join(factories)} in {file.name}"
        yield Problem(path, found, choice(factories[-1], sorted(defined.functions)))
    if function := defined.functions.get(factory):
        yield from _check_function(document, function, path)


def _check_function(
    document: DeclaredBenchmark,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    path: FieldPath,
) -> Iterator[Problem]:
    if isinstance(function, ast.AsyncFunctionDef):
        yield Problem(path, f"async {function.name}", "a function that returns what to measure")
    takes = arguments(function)
    if takes is None:
        return
    for name in document.parameters:
        if name not in takes.known:
            found = f"a parameter that {function.name} does not take"
            yield Problem(("parameters", name), found, choice(name, takes.known))
    for name in takes.required:
        if name not in document.parameters:
            found = f"no parameter {name}, which {function.name} needs"
            yield Problem(("parameters",), found, f"{name} with its values")
