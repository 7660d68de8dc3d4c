"""Reading a suite: every benchmark that is valid, and every fault of those that are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from perf_pipeline.model import BenchmarkRecord
from perf_pipeline.suite.benchmark import BudgetName, Suite
from perf_pipeline.suite.benchmark_file import Entry, read_file
from perf_pipeline.suite.fault import Fault, printable, shown
from perf_pipeline.suite.files import benchmark_files
from perf_pipeline.suite.suite_file import build_schedule, find_repository, read_suite_file


def read_suite(root: Path) -> Suite:
    """Read `suite.yaml` and every benchmark file below a folder.

    A benchmark with faults stands in `invalid` under its own name, or one made of its file's; the
    rest loads.

    Raises:
        SuiteError: `suite.yaml` is missing or has faults.
    """
    root = root.expanduser().resolve()
    declared = read_suite_file(root)
    found = [entry for file in benchmark_files(root) for entry in read_file(file, root, declared)]
    entries = [_with_others(entry, found) for entry in found]
    return Suite(
        name=declared.name,
        root=root,
        repository=find_repository(declared.repository, root),
        revision=declared.revision,
        build=tuple(declared.build or ()),
        schedule=build_schedule(declared.schedule),
        budget=BudgetName(declared.budget),
        deadline_s=declared.deadline,
        fail_on=declared.fail_on,
        owner=declared.owner,
        benchmarks=tuple(entry.benchmark for entry in entries if entry.benchmark),
        invalid=tuple(_invalid(entries)),
        faults=tuple(str(fault) for entry in entries for fault in entry.faults),
        alerts=tuple(declared.alerts),
    )


def _with_others(entry: Entry, entries: Iterable[Entry]) -> Entry:
    """The entry with the faults that only show beside the others."""
    faults = (*entry.faults, *_taken_name(entry, entries), *_taken_history(entry, entries))
    if len(faults) == len(entry.faults):
        return entry
    return replace(entry, faults=faults, benchmark=None)


def _taken_name(entry: Entry, entries: Iterable[Entry]) -> Iterator[Fault]:
    """The first valid benchmark of a name keeps it, else the first of all."""
    bearers = [other for other in entries if other is entry or other.name == entry.name]
    first = next((other for other in bearers if other.benchmark), bearers[0])
    if entry.name and first is not entry:
        at = f"{_file(first)}:{first.name_line}"
        found = f"{shown(entry.name)}, which {at} is called"
        yield Fault(_file(entry), entry.name_line, "name", found, "a name of its own")


def _taken_history(entry: Entry, entries: Iterable[Entry]) -> Iterator[Fault]:
    former = entry.document.renamed_from if entry.document else []
    present = {other.name for other in entries if other is not entry} & set(former)
    for name in sorted(present):
        found = f"{shown(name)}, which is still a benchmark"
        line = entry.place.line
        yield Fault(_file(entry), line, "renamed_from", found, "names no longer in use")


def _file(entry: Entry) -> str:
    return printable(entry.place.source.relative_to(entry.place.root).as_posix())


def _invalid(entries: Iterable[Entry]) -> Iterator[BenchmarkRecord]:
    """Records of what cannot be measured, each under a name that nothing else in the suite has."""
    taken = Counter(entry.benchmark.name for entry in entries if entry.benchmark)
    for entry in entries:
        if entry.benchmark is None:
            name = entry.name or entry.spare_name
            taken[name] += 1
            yield entry.invalid(name if taken[name] == 1 else f"{name}_{taken[name]}")
