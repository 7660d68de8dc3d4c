"""`perf-pipeline init`: a first suite."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Literal

import click

from jobs.cli.output import result, say

KINDS = ("library", "service", "command")


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="library",
    show_default=True,
    help="What the suite measures: Python functions, a program that serves, or a command.",
)
def init(directory: Path, kind: Literal["library", "service", "command"]) -> None:
    """Write a suite that runs as it stands into DIR.

    It is to be made into your own. Nothing is overwritten.
    """
    from perf_pipeline.suite.init import create

    for file in create(directory, kind):
        result(str(file))
    folder = shlex.quote(str(directory))
    say(f"Next: perf-pipeline check {folder} && perf-pipeline suite add {folder}")
