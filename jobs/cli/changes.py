"""`perf-pipeline changes`: what was said of changes, and what people answer."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from jobs.cli.choose import choose_suite, suite_option
from jobs.cli.output import result, result_table, say
from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home
from perf_pipeline.model import CampaignKind, Event, Subject, VerdictRecord

if TYPE_CHECKING:
    from jobs.cli.change_texts import Declared
    from perf_pipeline.campaign.changes.people import Said
    from warehouse.store import WarehouseStore

BLOCKS = (
    "select number, value_a, value_b, difference_percent from v_blocks "
    "where comparison = '{}' and metric = '{}' order by number"
)
Command = TypeVar("Command", bound=Callable[..., None])


def _of_suite(command: Command) -> Command:
    """The options that say whose changes are meant."""
    for name, parameter, text in (
        ("--machine", "machine", "Changes on this machine; by default on the one you are on."),
        ("--suite", "suite_name", "Whose changes; needed if there are several suites."),
    ):
        command = click.option(name, parameter, default="", metavar="NAME", help=text)(command)
    return command


def _word(command: Command) -> Command:
    """The options of a person's word."""
    author = click.option(
        "--author", default="", metavar="NAME", help="Who says so; by default your name in git."
    )
    reason = click.option(
        "--reason", required=True, metavar="TEXT", help="Why, for whoever reads it in a year."
    )
    return reason(author(command))


@click.group()
def changes() -> None:
    """See what got worse or better, and answer it.

    A change keeps its id as long as it is compared with the same campaign; the first digits of an
    id are enough. A finding's id stands for all its changes.
    """


@changes.command("list")
@_of_suite
@click.option("--all", "everything", is_flag=True, help="Of 100 campaigns, closed ones too.")
@click.option("--json", "as_json", is_flag=True, help="A JSON list with an object per id.")
def list_(suite_name: str, machine: str, *, everything: bool, as_json: bool) -> None:
    """List the changes and findings that are open in the newest campaign that has ended.

    Open is what nobody has accepted or disputed and what is neither fixed nor gone. Changes that
    belong to a finding stand under its id.
    """
    from jobs.cli.change_texts import declared, entry, is_open
    from perf_pipeline.campaign.changes.people import said_changes

    store, suite = _opened(suite_name)
    known = said_changes(store, suite, machine)
    newest = "" if everything else _newest(store, suite, machine)
    found = [one for one in known if everything or (newest and is_open(one, newest))]
    names = declared(store, [one.row for one in found])
    if as_json:
        result(json.dumps([entry(one, names) for one in found], indent=2, ensure_ascii=False))
    elif found:
        _print(found, names)
        say(f"All of one: perf-pipeline changes show ID{suite_option(suite)}")
    else:
        result("No change was found." if everything else "No change is open.")
        if known and not everything:
            say(f"Those closed or earlier: perf-pipeline changes list --all{suite_option(suite)}")


@changes.command()
@click.argument("change_id", metavar="ID")
@_of_suite
@click.option("--json", "as_json", is_flag=True, help="A JSON object instead.")
def show(change_id: str, suite_name: str, machine: str, *, as_json: bool) -> None:
    """Show all that is known of the change or finding ID.

    Its evidence, cause, what every campaign said of it and what people answered.
    """
    from jobs.cli.change_texts import NIGHT_TITLES, declared, entry, lines, night_row
    from perf_pipeline.campaign.changes.people import find_change

    store, suite = _opened(suite_name)
    said = find_change(store, suite, change_id, machine)
    names = declared(store, [said.row, *said.changes])
    if as_json:
        result(json.dumps(entry(said, names), indent=2, ensure_ascii=False))
        return
    (head, text), *others = lines(said, names)
    result_table((head, text), others)
    result("")
    if _is_finding(said):
        members = [find_change(store, suite, row.change_id, machine) for row in said.changes]
        _print(members, names)
    else:
        nights = _nights(store, said.row)
        result_table(NIGHT_TITLES, [night_row(row, names) for row in nights])
    _say_next(said, suite, machine)


@changes.command()
@click.argument("change_id", metavar="ID")
@_of_suite
@_word
def accept(change_id: str, suite_name: str, machine: str, reason: str, author: str) -> None:
    """Accept the change ID, or all changes of the finding ID: it is wanted.

    From the next campaign on the case is compared with the campaign that spoke of it last.
    """
    from jobs.cli.saying import author_here, bring_into_sql
    from perf_pipeline.campaign.changes import people

    store, suite = _opened(suite_name)
    events = people.accept(
        store, suite, change_id, reason, author or author_here(), machine=machine
    )
    _print_answer("Accepted", events, change_id)
    campaigns = dict.fromkeys(json.loads(event.payload)["campaign"] for event in events)
    say(
        f"From the next campaign on the reference is {', '.join(campaigns)}, or a later campaign "
        "that an A/B found unchanged or better since."
    )
    bring_into_sql(store)


@changes.command()
@click.argument("change_id", metavar="ID")
@_of_suite
@_word
def dispute(change_id: str, suite_name: str, machine: str, reason: str, author: str) -> None:
    """Dispute the change ID, or all changes of the finding ID: the alert is false.

    It is counted in v_false_alarms. The reference stays, and the next campaign measures again.
    """
    from jobs.cli.saying import author_here, bring_into_sql
    from perf_pipeline.campaign.changes import people

    store, suite = _opened(suite_name)
    events = people.dispute(
        store, suite, change_id, reason, author or author_here(), machine=machine
    )
    _print_answer("Disputed", events, change_id)
    say("It counts as a false alert. The reference stays; the next campaign measures again.")
    bring_into_sql(store)


def _opened(suite_name: str) -> tuple[WarehouseStore, str]:
    from jobs.wiring import open_store

    home = find_home()
    return open_store(home), choose_suite(home, suite_name).name


def _newest(store: WarehouseStore, suite: str, machine: str) -> str:
    """The newest full campaign that came to its end; empty when none has."""
    from perf_pipeline.measure.machine import machine_name

    for campaign_id in reversed(store.campaigns(suite, machine or machine_name())):
        full = store.runs(campaign_id)[0].kind is CampaignKind.FULL
        if full and any(row.subject is Subject.CAMPAIGN for row in store.verdicts(campaign_id)):
            return campaign_id
    return ""


def _print(found: Sequence[Said], names: Declared) -> None:
    """A table in which a finding stands for its changes."""
    from jobs.cli.change_texts import LIST_TITLES, list_row

    grouped = {row.change_id for one in found if _is_finding(one) for row in one.changes}
    rows = [list_row(one, names) for one in found if _is_finding(one) or one.id not in grouped]
    result_table(LIST_TITLES, rows)


def _nights(store: WarehouseStore, row: VerdictRecord) -> list[VerdictRecord]:
    """What every campaign said of a change, the newest first."""
    campaigns = store.campaigns(row.suite, row.machine)
    return [
        one
        for campaign_id in reversed(campaigns)
        for one in store.verdicts(campaign_id)
        if one.subject is Subject.CHANGE and one.change_id == row.change_id
    ]


def _say_next(said: Said, suite: str, machine: str) -> None:
    from perf_pipeline.report.commands import ask

    given = suite_option(suite) + (f" --machine {shlex.quote(machine)}" if machine else "")
    for word in ("accept", "dispute"):
        say(f'perf-pipeline changes {word} {said.id}{given} --reason "..."')
    if said.found.comparison:
        say(ask(BLOCKS.format(said.found.comparison, said.found.metric.replace("'", "''"))))


def _print_answer(done: str, events: Sequence[Event], change_id: str) -> None:
    if not events:
        raise PerfError(
            f"{change_id} has no changes that could be answered.",
            why="The night as a whole moved, not a benchmark of its own.",
        )
    for event in events:
        about = json.loads(event.payload)
        result(f"{done} {event.subject_id}: {about['benchmark']} {about['metric']}")


def _is_finding(said: Said) -> bool:
    return said.row.subject is Subject.FINDING
