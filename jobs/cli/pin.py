"""`perf-pipeline pin`: keep a campaign under a name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli.choose import choose_suite
from jobs.cli.output import result, say
from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home

if TYPE_CHECKING:
    from perf_pipeline.campaign.changes.pins import Pin

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("name", required=False)
@click.option("--suite", "suite_name", default="", help="Which suite; needed if there are several.")
@click.option("--campaign", default="", help="Which campaign; by default the newest full one.")
@click.option("--machine", default="", metavar="NAME", help="Where; by default the one you are on.")
@click.option("--output", type=FILE, help="Write the pin to this file, for version control.")
@click.option("--read", "source", type=FILE, help="Take the pin from this file instead.")
@click.option("--reason", default="", metavar="TEXT", help="Why, in a sentence.")
@click.option("--author", default="", metavar="NAME", help="Who; by default your name in git.")
def pin(  # noqa: PLR0913, PLR0917 - one per option
    name: str | None,
    suite_name: str,
    campaign: str,
    machine: str,
    output: Path | None,
    source: Path | None,
    reason: str,
    author: str,
) -> None:
    """Keep a campaign under NAME, as what critical cases are held against.

    Every some campaigns they are compared with the newest pin, so that slow creep is found. The
    file holds the numbers of all trials, keys, fingerprints and the revision, and can be read on
    another home. A later pin of the same name takes its place.
    """
    from jobs.cli.saying import author_here, bring_into_sql
    from jobs.wiring import open_store
    from perf_pipeline.campaign.changes import people

    if source is None and not (name and name.strip()):
        raise click.UsageError("Name the pin, or read one with --read FILE.")
    home = find_home()
    store = open_store(home)
    who = author or author_here()
    if source is not None:
        if campaign or machine or output:
            raise click.UsageError("A pin that is read says itself which campaign it is of.")
        made = _read(source)
        _refuse_other(source, "pin", made.name, name or "")
        _refuse_other(source, "suite", made.suite, suite_name)
        people.keep_pin(store, made, who, reason)
    else:
        suite = choose_suite(home, suite_name).name
        _refuse_another(output, name or "")
        made = people.pin(
            store, suite, name or "", who, campaign_id=campaign, reason=reason, machine=machine
        )
        _write(made, output)
    result(_told(made))
    if made.uncommitted:
        say("It measured uncommitted changes: its code cannot be had again to compare with.")
    bring_into_sql(store)


def _told(made: Pin) -> str:
    from perf_pipeline.report.text import count

    cases = len({one.case_key for one in made.series})
    held = f"{count(cases, 'case')}, {count(len(made.series), 'metric')}"
    return f"{made.name} is {made.campaign_id}: {held}."


def _read(source: Path) -> Pin:
    from perf_pipeline.campaign.changes.pins import read_pin

    try:
        return read_pin(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PerfError(f"{source} cannot be read.", why=str(error)) from error


def _refuse_other(source: Path, what: str, found: str, asked: str) -> None:
    if asked not in {"", found}:
        raise PerfError(
            f"{source} is of {what} {found}, not {asked}.",
            kept="Nothing was pinned.",
            todo=f"Leave {asked} out, or read another file.",
        )


def _refuse_another(output: Path | None, name: str) -> None:
    """Only an older pin of that name is overwritten."""
    from perf_pipeline.campaign.changes.pins import read_pin

    if output is None or not output.exists():
        return
    try:
        found = read_pin(output.read_text(encoding="utf-8")).name
    except (PerfError, OSError, UnicodeDecodeError):
        found = ""
    if found != name:
        held = f"the pin {found}" if found else "something else"
        raise PerfError(
            f"{output} holds {held}.", kept="It was not touched.", todo="Name another file."
        )


def _write(made: Pin, output: Path | None) -> None:
    from perf_pipeline.campaign.changes.pins import pin_text

    if output is None:
        return
    try:
        output.write_text(pin_text(made), encoding="utf-8")
    except OSError as error:
        raise PerfError(
            f"{output} cannot be written.", why=str(error), kept=f"{made.name} is kept here."
        ) from error
    say(f"Written to {output}.")
