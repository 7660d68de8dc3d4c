"""A suite as another checkout of its repository has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from perf_pipeline.campaign.arms.checkout import checkouts, place_of
from perf_pipeline.measure.environment import worker_environment
from perf_pipeline.measure.import_roots import containing, import_roots
from perf_pipeline.measure.interpreter import Interpreter, describe_interpreter
from perf_pipeline.suite.benchmark import Benchmark, Suite
from perf_pipeline.suite.read import read_suite

Ask = Callable[[Path, tuple[tuple[str, str], ...]], Interpreter | None]


def suite_at(suite: Suite, folder: Path) -> Suite:
    """Read the suite in a checkout; what it imports of the project comes from there, too.

    A suite outside the repository stays what it is, and only paths that it names in the
    repository move. An interpreter that a checkout lacks (environments are rarely committed) is
    the one at the same place of the clone.

    Raises:
        SuiteError: The checkout has no such suite, or one that cannot be read.
    """
    place = place_of(suite)
    trees = tuple(tree.resolve() for tree in checkouts(suite.repository))
    ask = cache(_describe)
    moved = suite if place is None else read_suite(folder / place)
    benchmarks = moved.benchmarks
    if place is None:
        benchmarks = tuple(_with_paths(one, trees, folder) for one in benchmarks)
    return replace(
        moved,
        repository=folder,
        benchmarks=tuple(_at(one, trees, folder, ask) for one in benchmarks),
    )


def with_python(benchmark: Benchmark, python: Path) -> Benchmark:
    """The benchmark under another interpreter, also where a command or service names it."""
    named = re.compile(re.escape(str(benchmark.python)) + r"(?![\w./])")

    def word(text: str) -> str:
        return named.sub(lambda _: str(python), text)

    return replace(_with_words(benchmark, word), python=python)


def with_own_code(benchmark: Benchmark, elsewhere: Interpreter) -> Benchmark:
    """The benchmark with what it imports of its project, for an interpreter that lacks that.

    Nothing to do where that interpreter has a package that is installed from a folder here.
    """
    here = _as_started(benchmark, _describe)
    if here is None or benchmark.import_roots:
        return benchmark
    local = {one.name for one in here.packages if one.is_local}
    if local & {one.name for one in elsewhere.packages}:
        return benchmark
    folder = benchmark.repository or benchmark.root
    return replace(benchmark, import_roots=import_roots(here, (folder,), folder))


def _as_started(benchmark: Benchmark, ask: Ask) -> Interpreter | None:
    """The benchmark's interpreter as its trials start it."""
    variables = worker_environment(benchmark, 0, Path("/tmp/unused"))  # noqa: S108 - a name
    return ask(benchmark.python, tuple(sorted(variables.items())))


def _describe(python: Path, variables: tuple[tuple[str, str], ...]) -> Interpreter | None:
    return describe_interpreter(python, dict(variables))


def _at(benchmark: Benchmark, trees: Sequence[Path], folder: Path, ask: Ask) -> Benchmark:
    moved = with_python(benchmark, _python(benchmark.python, trees, folder))
    interpreter = _as_started(moved, ask)
    roots = import_roots(interpreter, trees, folder) if interpreter else ()
    return replace(moved, repository=folder, import_roots=roots)


def _python(python: Path, trees: Sequence[Path], folder: Path) -> Path:
    """The interpreter as it is, or the one at its place in another checkout."""
    if python.exists() or not python.is_relative_to(folder):
        return python
    places = (tree / python.relative_to(folder) for tree in trees)
    return next((place for place in places if place.exists()), python)


def _with_paths(benchmark: Benchmark, trees: Sequence[Path], folder: Path) -> Benchmark:
    """A benchmark of a suite elsewhere, with the files of the repository that it names moved."""

    def word(text: str) -> str:
        path = Path(text)
        tree = containing(path, trees) if path.is_absolute() else None
        if tree is None or path.is_relative_to(benchmark.root) or path == benchmark.python:
            return text
        moved = folder / path.relative_to(tree)
        return str(moved) if moved.exists() else text

    workload = benchmark.workload
    file = str(workload.file.resolve()) if workload and workload.file else ""
    if workload and word(file) != file:
        workload = replace(workload, file=Path(word(file)))
    return replace(_with_words(benchmark, word), workload=workload)


def _with_words(benchmark: Benchmark, change: Callable[[str], str]) -> Benchmark:
    service = benchmark.service
    if service:
        service = replace(service, command=tuple(map(change, service.command)))
    return replace(benchmark, command=tuple(map(change, benchmark.command)), service=service)
