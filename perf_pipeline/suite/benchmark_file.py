"""One YAML file: its benchmarks, and the faults of those that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from perf_pipeline.model import BenchmarkRecord, Day
from perf_pipeline.suite.benchmark import Benchmark
from perf_pipeline.suite.build import Place, build, component_of
from perf_pipeline.suite.check import Checked, check
from perf_pipeline.suite.explain import MAX_PROBLEMS
from perf_pipeline.suite.fault import Fault, Problem, field_name, near_name, printable
from perf_pipeline.suite.marked_yaml import (
    MAX_BYTES,
    Document,
    Flaw,
    Node,
    line_of,
    plain,
    read_documents,
)
from perf_pipeline.suite.schema.benchmark import KEY, TEXTS, DeclaredBenchmark
from perf_pipeline.suite.schema.suite import DeclaredSuite

_BENCHMARK = re.compile(rb"^[\"']?benchmark[\"']?\s*:", re.MULTILINE)
_NO_NAME = re.compile(r"[^A-Za-z0-9_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """A benchmark of a file, or the faults that made it none.

    `name` is what the author calls it, empty when that cannot be read; `spare_name` is made of the
    file's name.
    """

    place: Place
    spare_name: str
    faults: tuple[Fault, ...]
    name: str = ""
    name_line: int = 0
    document: DeclaredBenchmark | None = None
    benchmark: Benchmark | None = None

    def invalid(self, name: str) -> BenchmarkRecord:
        """What lands of a benchmark that cannot be measured."""
        document = self.document
        return BenchmarkRecord(
            name=name,
            title=(document and document.title) or name,
            component=(document and document.component) or component_of(self.place, None),
            day=Day(document.day) if document else Day.MICROBENCHMARKS,
            tags=tuple(document.tags) if document else (),
            owner=(document and document.owner) or self.place.suite.owner,
            threshold_percent=document.regression.threshold_percent if document else 10.0,
            cases=(),
            metrics=(),
            targets=(),
            fault="\n".join(map(str, self.faults)),
            description=document.description if document else "",
        )


def read_file(file: Path, root: Path, suite: DeclaredSuite) -> Iterator[Entry]:
    """Every benchmark of a file; none if it is no benchmark file. Never raises."""
    reader = _Reader(file, root, suite)
    try:
        content = file.read_bytes()
    except OSError as error:
        yield reader.broken(Flaw(1, Problem((), str(error.strerror), "a file we may read")))
        return
    documents = read_documents(content)
    for document in documents.complete:
        yield from reader.entries(document)
    if documents.broken and (len(content) <= MAX_BYTES or _BENCHMARK.search(content)):
        yield reader.broken(documents.broken)


@dataclass(frozen=True, slots=True)
class _Reader:
    file: Path
    root: Path
    suite: DeclaredSuite

    @property
    def spare_name(self) -> str:
        """A benchmark name made of the file's."""
        name = _NO_NAME.sub("_", self.file.stem).strip("_")
        return name if name[:1].isalpha() else f"file_{name}".rstrip("_")

    def broken(self, flaw: Flaw) -> Entry:
        fault = self.fault(flaw.line, flaw.problem)
        return Entry(self.place(flaw.line), self.spare_name, (fault,))

    def place(self, line: int) -> Place:
        return Place(self.suite, self.root, self.file, line)

    def fault(self, line: int, problem: Problem) -> Fault:
        file = printable(self.file.relative_to(self.root).as_posix())
        path = problem.path[1:] if problem.path[:1] == (KEY,) else problem.path
        return Fault(file, line, field_name(path), problem.found, problem.allowed)

    def entries(self, document: Document) -> Iterator[Entry]:
        top = document.node.value
        if not isinstance(top, dict):
            return
        key = KEY if KEY in top else _misspelt(top)
        if not key:
            return
        flaws = [self.fault(flaw.line, flaw.problem) for flaw in document.flaws]
        flaws += [self.fault(node.line, _beside(name)) for name, node in top.items() if name != KEY]
        yield self.entry(top[key], flaws)

    def entry(self, node: Node, flaws: list[Fault]) -> Entry:
        place, raw = self.place(node.line), plain(node, TEXTS)
        if not isinstance(raw, dict):
            problem = Problem((KEY,), "no fields", "name, parameters, targets and so on")
            return Entry(place, self.spare_name, (*flaws, self.fault(node.line, problem)))
        checked = self.check(raw)
        found = [self.fault(line_of(node, one.path), one) for one in checked.problems]
        faults = sorted([*flaws, *found], key=lambda fault: fault.line)[:MAX_PROBLEMS]
        document = checked.document
        return Entry(
            place,
            self.spare_name,
            tuple(faults),
            name=document.name if document and document.name == raw.get("name") else "",
            name_line=line_of(node, ("name",)),
            document=document,
            benchmark=build(document, place) if document and not faults else None,
        )

    def check(self, raw: dict[str, Any]) -> Checked:
        own_python = self.suite.python is None
        return check(raw, self.file.parent, self.spare_name, own_python=own_python)


def _misspelt(top: dict[str, Node]) -> str:
    """A key that was probably meant to be `benchmark`."""
    for name, node in top.items():
        if isinstance(node.value, dict) and "name" in node.value and near_name(name.lower(), [KEY]):
            return name
    return ""


def _beside(name: str) -> Problem:
    if near_name(name.lower(), [KEY]):
        return Problem((name,), "an unknown field", f"{KEY} (did you mean {KEY}?)")
    return Problem((name,), f"it beside {KEY}", f"it below {KEY}, indented")
