"""Reading a suite: every benchmark that is valid, and every fault of those that are not."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
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
    bearers = _bearers(found)
    entries = [_with_others(entry, bearers) for entry in found]
    repository = find_repository(declared.repository, root)
    return Suite(
        name=declared.name,
        root=root,
        repository=repository,
        revision=declared.revision,
        build=tuple(declared.build or ()),
        schedule=build_schedule(declared.schedule),
        budget=BudgetName(declared.budget),
        deadline_s=declared.deadline,
        fail_on=declared.fail_on,
        owner=declared.owner,
        benchmarks=tuple(
            replace(entry.benchmark, repository=repository) for entry in entries if entry.benchmark
        ),
        invalid=tuple(_invalid(entries)),
        faults=tuple(str(fault) for entry in entries for fault in entry.faults),
        alerts=tuple(declared.alerts),
    )


def _bearers(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Who bears each name: the first valid benchmark of it, else the first of all."""
    bearers: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.benchmark is None):
        bearers.setdefault(entry.name, entry)
    return bearers


def _with_others(entry: Entry, bearers: Mapping[str, Entry]) -> Entry:
    """The entry with the faults that only show beside the others."""
    found = (*_taken_name(entry, bearers), *_taken_history(entry, bearers))
    if not found:
        return entry
    return replace(entry, faults=(*entry.faults, *found), benchmark=None)


def _taken_name(entry: Entry, bearers: Mapping[str, Entry]) -> Iterator[Fault]:
    first = bearers[entry.name]
    if entry.name and first is not entry:
        at = f"{_file(first)}:{first.name_line}"
        found = f"{shown(entry.name)}, which {at} is called"
        yield Fault(_file(entry), entry.name_line, "name", found, "a name of its own")


def _taken_history(entry: Entry, bearers: Mapping[str, Entry]) -> Iterator[Fault]:
    for name in entry.document.renamed_from if entry.document else []:
        if bearers.get(name, entry) is not entry:
            found = f"{shown(name)}, which is still a benchmark"
            line = entry.place.line
            yield Fault(_file(entry), line, "renamed_from", found, "names no longer in use")


def _file(entry: Entry) -> str:
    return printable(entry.place.source.relative_to(entry.place.root).as_posix())


def _invalid(entries: Iterable[Entry]) -> Iterator[BenchmarkRecord]:
    """Records of what cannot be measured, each under a name that nothing else in the suite has."""
    taken = {entry.benchmark.name for entry in entries if entry.benchmark}
    for entry in entries:
        if entry.benchmark is None:
            wanted = entry.name or entry.spare_name
            numbered = (f"{wanted}_{number}" for number in itertools.count(2))
            name = next(name for name in itertools.chain([wanted], numbered) if name not in taken)
            taken.add(name)
            yield entry.invalid(name)
