"""`perf-pipeline suite`: which suites are measured."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.cli.choose import read, registered_roots
from jobs.cli.ending import INCOMPLETE
from jobs.cli.output import complain, result, result_table, say
from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home


@click.group()
def suite() -> None:
    """Register the suites that are measured and scheduled."""


@suite.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def add(directory: Path) -> None:
    """Register the suite in DIR.

    Faults of single benchmarks do not hinder that: such a benchmark is reported as not measured.
    """
    from perf_pipeline.suite.registry import add as register

    added = register(find_home(), directory)
    result(f"Registered {added.name} in {added.root}; Dagster shows it after a reload.")
    if added.faults:
        say(f"{len(added.invalid)} of its benchmarks have faults: perf-pipeline check {directory}")
    say(f"Next: perf-pipeline run --suite {added.name} --budget quick")


@suite.command("list")
@click.pass_context
def list_(context: click.Context) -> None:
    """List the registered suites with their folders.

    A folder that can no longer be read is named on standard error; exit code 3.
    """
    rows, broken = [], False
    for root in registered_roots(find_home()):
        try:
            found = read(root)
        except PerfError as error:
            complain(str(error))
            broken = True
        else:
            rows.append(
                (found.name, str(len(found.benchmarks)), str(len(found.invalid)), str(root))
            )
    result_table(("suite", "benchmarks", "with faults", "folder"), rows)
    if broken:
        context.exit(INCOMPLETE)


@suite.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take the suite NAME (or the one in that folder) out; its files and its history stay."""
    from perf_pipeline.suite.registry import remove as unregister

    unregister(find_home(), name)
    result(f"{name} is no longer measured. Its files and its history stay.")
