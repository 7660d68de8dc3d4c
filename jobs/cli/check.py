"""`perf-pipeline check`: every fault of a suite, before a night finds it."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.cli.choose import read, registered_roots
from jobs.cli.ending import WRONG_USE
from jobs.cli.output import complain, result, say
from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home
from perf_pipeline.suite.benchmark import Suite

WHAT_TO_WRITE = "A benchmark is a YAML file in it with a document `benchmark:`; see docs/suites.md."


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.pass_context
def check(context: click.Context, directory: Path | None) -> None:
    """Check suites and name every fault with its line.

    The suite in DIR, or every registered one. Nothing is run. Exit code 2 when there is a fault,
    or no benchmark at all.
    """
    roots = (directory,) if directory else registered_roots(find_home())
    faultless = [_is_faultless(root) for root in roots]
    if not all(faultless):
        context.exit(WRONG_USE)


def _is_faultless(root: Path) -> bool:
    try:
        suite = read(root)
    except PerfError as error:
        complain(str(error))
        return False
    for fault in suite.faults:
        result(fault)
    if not (suite.benchmarks or suite.invalid):
        complain(f"{suite.name}: there is no benchmark below {suite.root}.\n{WHAT_TO_WRITE}")
        return False
    say(_summary(suite))
    return not suite.faults


def _summary(suite: Suite) -> str:
    valid, invalid = len(suite.benchmarks), len(suite.invalid)
    cases = sum(len(one.record.cases) for one in suite.benchmarks)
    measured = f"{suite.name}: {valid} of {valid + invalid} benchmarks are valid, {cases} cases"
    return f"{measured}; the others are reported as not measured." if invalid else f"{measured}."
