"""`perf-pipeline doctor`: what this machine is, and what its figures suffer from."""

from __future__ import annotations

from collections.abc import Iterator

import click
from rich.text import Text

from jobs.cli.diagnosis.finding import Finding, Level
from jobs.cli.ending import INCOMPLETE
from jobs.cli.output import result, result_table
from jobs.cli.program import as_typed
from perf_pipeline.home import Home, find_home

STYLES = {Level.OK: "green", Level.NOTE: "yellow", Level.PROBLEM: "bold red"}


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Say what this machine is and what its figures suffer from.

    Names what is missing or disturbs and what that means, in some seconds, and changes nothing.
    Exit code 3 when nothing can be measured here.
    """
    found = list(_findings(find_home()))
    result_table(("", "what", "found"), [_row(one) for one in found])
    result("")
    result(_conclusion(found))
    if any(one.level is Level.PROBLEM for one in found):
        context.exit(INCOMPLETE)


def _findings(home: Home) -> Iterator[Finding]:
    from jobs.cli.diagnosis import insight, kept, needs, noise, software

    yield from kept.findings(home)
    yield from needs.findings(home)
    yield from noise.findings()
    yield from insight.findings()
    yield from software.findings(home)


def _row(one: Finding) -> tuple[Text, str, str]:
    told = f"{one.found}\n{as_typed(one.means)}" if one.means else one.found
    return Text(one.level.value, STYLES[one.level]), one.topic, told


def _conclusion(found: list[Finding]) -> str:
    notes = sum(one.level is Level.NOTE for one in found)
    if any(one.level is Level.PROBLEM for one in found):
        return "Nothing can be measured here until the problems above are solved."
    if not notes:
        return "This machine can measure, and nothing disturbs it now."
    words = "one note says" if notes == 1 else f"{notes} notes say"
    return f"This machine can measure; {words} what its figures suffer from or lack."
