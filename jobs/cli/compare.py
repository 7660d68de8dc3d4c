"""`perf-pipeline compare`: two sides of an A/B, next to each other."""

from __future__ import annotations

import re
import shlex
import signal
import sys
from pathlib import Path

import click

from jobs.cli.choose import choose_suite
from jobs.cli.output import result
from perf_pipeline.home import find_home

FEWEST, MOST = 12, 400
LEAST_PERCENT, MOST_PERCENT = 0.5, 50
"""Within half a percent, layout alone can move a figure."""


def part(text: str) -> float:
    """`2%` or `2`: a number of percent, as a part.

    >>> part("2%")
    0.02
    """
    found = re.fullmatch(r"(\d+(?:\.\d*)?)\s*%?", text.strip())
    if found is None or not LEAST_PERCENT < float(found[1]) <= MOST_PERCENT:
        raise click.BadParameter(
            f"{text!r} is not a percentage above {LEAST_PERCENT} and up to {MOST_PERCENT}: try 1%."
        )
    return float(found[1]) / 100


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="[B]", required=False)
@click.option("--suite", "suite_name", default="", help="Which suite; needed if there are several.")
@click.option("--only", multiple=True, help="Only this benchmark; repeatable.")
@click.option(
    "--budget",
    type=click.Choice(["quick", "nightly", "full"]),
    default="quick",
    show_default=True,
    help="Whose cases are compared.",
)
@click.option(
    "--resolve", type=part, metavar="PERCENT", help="Up to what change counts as unchanged."
)
@click.option(
    "--blocks", type=click.IntRange(FEWEST, MOST), metavar="N", help="At most so many per case."
)
@click.option("--aa", is_flag=True, help="Equal code is asked for: what would be found in it?")
@click.option("--python-a", metavar="PYTHON", help="The interpreter of A, beside revisions.")
@click.option("--python-b", metavar="PYTHON", help="The interpreter of B, beside revisions.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers instead of the table.")
@click.option(
    "--fail-on", type=click.Choice(["never", "worse"]), default="never", help="When to exit with 1."
)
@click.pass_context
def compare(  # noqa: PLR0913, PLR0917 - one per option
    context: click.Context,
    a: str,
    b: str | None,
    suite_name: str,
    only: tuple[str, ...],
    budget: str,
    resolve: float | None,
    blocks: int | None,
    *,
    aa: bool,
    python_a: str | None,
    python_b: str | None,
    as_json: bool,
    fail_on: str,
) -> None:
    """Compare B with A: both run next to each other until the evidence is enough.

    A and B are revisions (`.` is the working tree, and what B is without being named), paths of
    interpreters or environments, or requirements files. Exit codes: 0 done, 1 got worse (with
    --fail-on worse), 2 wrong use, 3 something could not be compared that should have been.
    """
    from jobs.cli.compared import exit_code, tell
    from jobs.compare_progress import CompareProgress
    from jobs.comparing import run_comparison
    from perf_pipeline.campaign.arms.sides import read_side
    from perf_pipeline.campaign.compare import Asked, check_asked
    from perf_pipeline.campaign.selection import Selection, select
    from perf_pipeline.report.comparison.data import render_json
    from perf_pipeline.suite.benchmark import BudgetName

    home = find_home()
    suite = choose_suite(home, suite_name)
    select(suite, Selection(only))
    asked = Asked(
        a=read_side(a, suite.repository, home),
        b=read_side(b or (a if aa else "."), suite.repository, home),
        python_a=_interpreter(python_a),
        python_b=_interpreter(python_b),
        same=aa,
        resolve=resolve,
        most_blocks=blocks,
        command=shlex.join(["perf-pipeline", *sys.argv[1:]]),
    )
    check_asked(asked)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with CompareProgress(same_asked=aa) as progress:
        ended = run_comparison(home, suite, asked, only, BudgetName(budget), progress)
    if as_json:
        result(render_json(ended.facts).rstrip())
    else:
        tell(ended.facts, ended.page)
    context.exit(exit_code(ended.facts, fail_on))


def _interpreter(named: str | None) -> Path | None:
    """The interpreter that a path, an environment's folder or a version means."""
    if named is None:
        return None
    from perf_pipeline.suite.interpreter import find_python

    return find_python(named, Path.cwd())
