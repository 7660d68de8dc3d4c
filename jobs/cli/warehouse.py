"""`perf-pipeline warehouse`: the database files derived from what has landed."""

from __future__ import annotations

import click

from jobs.cli.ending import INCOMPLETE
from jobs.cli.output import complain, result, say
from perf_pipeline.home import find_home


@click.group()
def warehouse() -> None:
    """Look after the database made of the landed files."""


@warehouse.command()
@click.pass_context
def rebuild(context: click.Context) -> None:
    """Make the warehouse anew from the landed files.

    The history is published from it. Nothing is judged again, and the old files stand until the
    new ones are complete. Exit code 3 when a landed file could not be read.
    """
    from jobs.wiring import open_store

    store = open_store(find_home())
    say(f"Replaying the files in {store.landing} …")
    outcome = store.rebuild()
    history = store.publish()
    result(f"{outcome.files:,} files with {outcome.rows:,} records are in {store.warehouse}.")
    say(f"Published to {history}.")
    for sentence in outcome.rejected:
        complain(sentence)
    if outcome.rejected:
        say(f"The warehouse holds all but {len(outcome.rejected)} of the landed files.")
        context.exit(INCOMPLETE)
