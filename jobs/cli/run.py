"""`perf-pipeline run`: a campaign now, in this process, kept in Dagster's history."""

from __future__ import annotations

import sys

import click

from jobs.cli.choose import choose_suite
from jobs.cli.output import result, result_table
from jobs.cli.program import as_typed
from perf_pipeline.campaign.identity import parse_campaign
from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home

INCOMPLETE = 3
GOT_WORSE = 1


@click.command()
@click.option("--suite", "suite_name", default="", help="Which suite; needed if there are several.")
@click.option("--budget", type=click.Choice(["quick", "nightly", "full"]), help="How much time.")
@click.option("--tag", "tags", multiple=True, help="Only benchmarks with this tag; repeatable.")
@click.option(
    "--only", multiple=True, help="Only this benchmark, outside screen and report; repeatable."
)
@click.option("--resume", metavar="CAMPAIGN", default="", help="Go on with it; `last` works too.")
@click.option("--seed", type=int, help="What orders and layouts are drawn from.")
@click.option(
    "--memory-limit", type=click.IntRange(0), default=0, metavar="MIB", help="Stop larger trials."
)
@click.option(
    "--fail-on", type=click.Choice(["never", "worse"]), default="never", help="When to exit with 1."
)
def run(  # noqa: PLR0913, PLR0917 - one per option
    suite_name: str,
    budget: str | None,
    tags: tuple[str, ...],
    only: tuple[str, ...],
    resume: str,
    seed: int | None,
    memory_limit: int,
    fail_on: str,
) -> None:
    """Measure a suite and write its report.

    Measures the working tree as it is. Exit codes: 0 done, 1 got worse (with --fail-on worse),
    2 wrong use, 3 incomplete: something this budget promised is missing.
    """
    from jobs.alone import TITLES
    from jobs.launch import Launch, launch

    home = find_home()
    if resume and only:
        raise PerfError(
            "A campaign goes on with the benchmarks it began with.",
            todo="Leave out --only, or measure them alone without --resume.",
        )
    suite = choose_suite(home, suite_name or _suite_of(resume))
    ended = launch(
        home,
        suite,
        Launch(
            budget=budget or "",
            tags=tags,
            only=only,
            resume=resume,
            seed=seed,
            memory_limit_mib=memory_limit,
        ),
    )
    if ended.failure:
        raise PerfError(ended.failure)
    result(ended.verdict)
    if ended.rows:
        result_table(TITLES, ended.rows)
    for line in ended.lines:
        result(as_typed(line))
    if ended.incomplete:
        sys.exit(INCOMPLETE)
    if fail_on == "worse" and ended.worse:
        sys.exit(GOT_WORSE)


def _suite_of(campaign: str) -> str:
    """The suite that a campaign's name tells; empty where there is no name."""
    return "" if campaign in {"", "last"} else parse_campaign(campaign).suite
