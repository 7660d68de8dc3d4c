"""`perf-pipeline check`: every fault of a suite, before a night finds it."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.cli.choose import read, registered_roots
from jobs.cli.ending import WRONG_USE
from jobs.cli.output import complain, result, say
from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home
from perf_pipeline.model import TrialStatus
from perf_pipeline.report.text import count
from perf_pipeline.suite.benchmark import Benchmark, Suite

WHAT_TO_WRITE = "A benchmark is a YAML file in it with a document `benchmark:`; see docs/suites.md."


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--run", "runs", is_flag=True, help="Also call one case of every benchmark once.")
@click.pass_context
def check(context: click.Context, directory: Path | None, *, runs: bool) -> None:
    """Check suites and name every fault with its line.

    The suite in DIR, or every registered one. Nothing is run without --run, which finds what only
    running shows: a library that cannot be imported, a service that does not start. Exit code 2
    when there is a fault, or no benchmark at all.
    """
    roots = (directory,) if directory else registered_roots(find_home())
    faultless = [_is_faultless(root, runs=runs) for root in roots]
    if not all(faultless):
        context.exit(WRONG_USE)


def _is_faultless(root: Path, *, runs: bool) -> bool:
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
    failed = [one for one in suite.benchmarks if not _runs(one)] if runs else []
    return not (suite.faults or failed)


def _runs(benchmark: Benchmark) -> bool:
    from perf_pipeline.campaign.try_out import try_out
    from perf_pipeline.measure.requires import why_not

    if missing := why_not(benchmark):
        say(f"{benchmark.name}: cannot run here: {missing}")
        return True
    outcome = try_out(benchmark)
    if outcome.status is TrialStatus.OK:
        say(f"{benchmark.name}: ran")
        return True
    result(f"{benchmark.name}: {outcome.status.value.replace('_', ' ')}, {outcome.message}")
    if outcome.log_tail:
        say(outcome.log_tail.rstrip()[-1000:])
    return False


def _summary(suite: Suite) -> str:
    valid, invalid = len(suite.benchmarks), len(suite.invalid)
    cases = sum(len(one.record.cases) for one in suite.benchmarks)
    valid_of = f"{valid} of {count(valid + invalid, 'benchmark')}"
    is_valid = "is valid" if valid + invalid == 1 else "are valid"
    measured = f"{suite.name}: {valid_of} {is_valid}, {count(cases, 'case')}"
    return f"{measured}; the others are reported as not measured." if invalid else f"{measured}."
