"""Workloads looked up without importing them: the file, its functions and their arguments."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from perf_pipeline.suite.benchmark import Workload
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", re.ASCII)
_BLOCKS = (ast.If, ast.Try, ast.ExceptHandler, ast.With, ast.For, ast.While)


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a Python file defines at its top level.

    `functions` have their syntax tree, `names` are all names; `is_open` if there may be more, so
    that a missing one proves nothing.
    """

    names: tuple[str, ...]
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments a function takes by name, and those it cannot do without."""

    known: tuple[str, ...]
    required: tuple[str, ...]


def snake_case(name: str) -> str:
    """The name as functions are written.

    >>> snake_case("FullLLMInference"), snake_case("inference_ttft")
    ('full_llm_inference', 'inference_ttft')
    """
    return _WORD.sub("_", name).lower()


def default_factories(name: str) -> tuple[str, str]:
    """The functions that belong to a benchmark by its name alone."""
    return name, snake_case(name)


def split_factory(text: str) -> tuple[str, str]:
    """`place:factory` in two; the place is a file or a module."""
    place, _, factory = text.rpartition(":")
    return place, factory


def is_file(place: str) -> bool:
    """Whether a workload's place is a file and not a module."""
    return place.endswith(".py")


def find_workload(document: DeclaredBenchmark, folder: Path) -> Workload | None:
    """The workload of a valid benchmark; None where a command or load takes its place."""
    if document.command or document.load:
        return None
    if document.workload is None:
        file = folder / f"{document.category}.py"
        return Workload(_default_factory(document.name, file), file)
    place, factory = split_factory(document.workload)
    return Workload(factory, folder / place) if is_file(place) else Workload(factory, module=place)


def _default_factory(name: str, file: Path) -> str:
    """The name as it stands if the file has it, else in snake case."""
    as_is, snake = default_factories(name)
    try:
        return as_is if as_is in definitions(file.read_bytes()).names else snake
    except SyntaxError:  # of a newer Python, which will run it
        return snake


def definitions(source: bytes) -> Definitions:
    """Read a file's top level.

    Raises:
        SyntaxError: It is no Python that this interpreter understands.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the file's own business, told when it runs
        try:
            statements = list(_top_level(ast.parse(source).body))
        except ValueError as error:
            raise SyntaxError(str(error)) from None
        except (RecursionError, MemoryError):  # too deep for the parser's tree, yet it may run
            return Definitions((), {}, is_open=True)
    functions = {
        node.name: node
        for node in statements
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    names = tuple(name for node in statements for name in _names(node))
    return Definitions(names, functions, is_open="*" in names or "__getattr__" in names)


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run on import, also those in branches."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, _BLOCKS):
            waiting.extend(ast.iter_child_nodes(node))


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.Assign() | ast.AnnAssign():
            yield from (n.id for n in ast.walk(node) if _is_stored(n) and isinstance(n, ast.Name))
        case _:
            return


def _is_stored(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Arguments | None:
    """What a function takes; None when a decorator or `**` leaves that open."""
    given = function.args
    if function.decorator_list or given.kwarg:
        return None
    positional = [one.arg for one in (*given.posonlyargs, *given.args)]
    keywords = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    required = positional[: len(positional) - len(given.defaults)]
    required += [one.arg for one, default in keywords if default is None]
    known = [one.arg for one in (*given.args, *given.kwonlyargs)]
    return Arguments(tuple(known), tuple(required))
