"""`changes` on nights that really landed: what is open, and what an answer does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from perf_pipeline.model import EventKind, State, Subject, Verdict, VerdictRecord
from tests.cli.conftest import Ended, Run
from tests.warehouse import builders, nights, outcomes, regressions
from warehouse.query import run_query
from warehouse.store import WarehouseStore

WHAT = builders.benchmark("Sort")
FIRST, SECOND = (regressions.change_id(of) for of in WHAT.cases)
RUN = builders.run([WHAT])
FINDING = regressions.finding_id(RUN)
WHOSE = ("--suite", builders.SUITE, "--machine", builders.MACHINE)
REASON = ("--reason", "the new index is worth it")


@pytest.fixture
def store(home: Path) -> WarehouseStore:
    """The store of the home that commands use."""
    return nights.store_in(home)


@pytest.fixture
def changes(perf: Run, store: WarehouseStore, tmp_path: Path) -> Run:
    """`perf-pipeline changes` after a night that found two changes of one cause."""
    perf("init", str(tmp_path / builders.SUITE))
    perf("suite", "add", str(tmp_path / builders.SUITE))
    nights.land_night(store, RUN)
    store.land_verdicts(regressions.worse(RUN, WHAT))

    def run(*words: str) -> Ended:
        return perf("changes", *words, *WHOSE)

    return run


def ids(ended: Ended) -> list[str]:
    """The ids of a list, in its order."""
    assert (ended.code, ended.out.splitlines()[0].split()[0]) == (0, "id")
    return [line.split()[0] for line in ended.out.splitlines()[1:]]


def land_again(store: WarehouseStore, days: int, **said: object) -> None:
    """The first change as a later night speaks of it; that night has ended."""
    night = builders.NIGHT + timedelta(days=days)
    record = builders.run([WHAT], night=night)
    store.land_run(record)
    row = regressions.worse(RUN, WHAT)[0]
    later = replace(
        row,
        campaign_id=record.campaign_id,
        night=night,
        decided_at=row.decided_at + timedelta(days=days),
    )
    store.land_verdicts([replace(later, **said)])  # type: ignore[arg-type]  # fields by name
    whole = outcomes.verdict(record, Subject.CAMPAIGN, Verdict.WORSE, "worse", seconds=9_000)
    store.land_verdicts([whole])


def test_a_finding_stands_for_its_changes(changes: Run) -> None:
    """Both changes are behind one line, which says how many it is."""
    listed = changes("list")
    assert ids(listed) == [FINDING]
    assert "finding of 2 changes" in listed.out
    assert regressions.FINDING in listed.out


def test_a_change_is_told_with_its_interval_and_cause(changes: Run) -> None:
    """In the words and digits of the report."""
    shown = changes("show", FIRST)
    assert shown.code == 0
    for part in (
        "Sort size=10, CPU time: worse",
        "+5.1% (+4.5 to +5.7)",
        "1.00 ms before",
        "A/B of 16 blocks, p = 1e-06; 1.2% would have shown",
        regressions.CAUSE,
        builders.campaign_id(),
    ):
        assert part in shown.out, part
    assert f"changes accept {FIRST}" in shown.err
    assert "v_blocks" in shown.err


def test_a_finding_is_shown_with_its_changes(changes: Run) -> None:
    """Each with its id, so that one of them can be answered alone."""
    shown = changes("show", FINDING)
    assert shown.code == 0
    assert FIRST in shown.out
    assert SECOND in shown.out


def test_what_nights_said_of_a_change(changes: Run, store: WarehouseStore) -> None:
    """A line per campaign, the newest first."""
    land_again(store, 1, verdict=Verdict.UNCHANGED, state=State.FIXED)
    lines = changes("show", FIRST).out.splitlines()
    told = [line for line in lines if line.startswith(builders.SUITE)]
    assert [line.split()[0] for line in told] == [
        builders.campaign_id(builders.NIGHT + timedelta(days=1)),
        builders.campaign_id(),
    ]
    assert "fixed" in told[0]
    assert "worse" in told[1]


def test_an_accepted_finding_is_closed(changes: Run, store: WarehouseStore) -> None:
    """All its changes are answered by one word, and SQL knows at once."""
    accepted = changes("accept", FINDING, *REASON, "--author", "Ada")
    assert accepted.code == 0
    assert sorted(line.split()[1].rstrip(":") for line in accepted.out.splitlines()) == sorted(
        [FIRST, SECOND]
    )
    assert builders.campaign_id() in accepted.err
    events = [one for one in store.events(builders.SUITE) if one.subject_id in {FIRST, SECOND}]
    assert {(one.kind, one.author, one.reason) for one in events} == {
        (EventKind.ACCEPT, "Ada", REASON[1])
    }
    sql = "select count(*) from v_changes where accepted_by = 'Ada'"
    assert run_query(store.published, sql).rows == ((2,),)
    closed = changes("list")
    assert closed.out == "No change is open.\n"
    assert "--all" in closed.err
    assert "accepted" in changes("list", "--all").out


def test_a_disputed_change_leaves_the_others_open(changes: Run, store: WarehouseStore) -> None:
    """It counts as false; its finding stays on the list as long as one change is open."""
    assert changes("dispute", FIRST[:6], *REASON).code == 0
    sql = "select alerts, disputed from v_false_alarms where ground = 'ab'"
    assert run_query(store.published, sql).rows == ((2, 1),)
    assert ids(changes("list")) == [FINDING]
    entries = {one["id"]: one for one in json.loads(changes("list", "--all", "--json").out)}
    assert (entries[FIRST]["open"], entries[SECOND]["open"]) == (False, True)
    (answer,) = entries[FIRST]["answers"]
    assert answer["answer"] == "disputed"
    assert "disputed" in changes("show", FIRST).out


def test_a_change_that_alerts_anew_is_open_again(changes: Run, store: WarehouseStore) -> None:
    """What was said of an earlier night does not close what a later one found."""
    changes("dispute", FINDING, *REASON)
    land_again(store, 20_000)
    assert ids(changes("list")) == [FINDING]


def test_the_list_is_that_of_the_newest_campaign_that_ended(
    changes: Run, store: WarehouseStore
) -> None:
    """One that runs, and one of a benchmark alone, leave the list as it is."""
    for days in (1, 2):
        store.land_run(builders.run([WHAT], night=builders.NIGHT + timedelta(days=days)))
    assert ids(changes("list")) == [FINDING]
    land_again(store, 3, verdict=Verdict.UNCHANGED, state=State.WENT_AWAY)
    assert changes("list").out == "No change is open.\n"
    assert FINDING in changes("list", "--all").out


def test_ids_belong_to_a_machine(perf: Run, changes: Run) -> None:
    """The one you are on is meant unless you name another."""
    assert ids(changes("list")) == [FINDING]
    here = perf("changes", "list", *WHOSE[:2])
    assert (here.out, here.err) == ("No change is open.\n", "")
    assert perf("changes", "show", FIRST, *WHOSE[:2]).code == 2


def test_an_id_that_is_none_is_explained(changes: Run) -> None:
    """With the near one, the list, and no traceback."""
    wrong = changes("show", FIRST[:-1] + ("0" if FIRST[-1] != "0" else "1"))
    assert (wrong.code, wrong.out) == (2, "")
    assert FIRST in wrong.err
    assert "changes list" in wrong.err


@pytest.mark.parametrize("reason", [(), ("--reason", "  ")])
def test_an_answer_needs_a_reason(
    changes: Run, store: WarehouseStore, reason: tuple[str, ...]
) -> None:
    """Nothing is landed without one."""
    before = store.events(builders.SUITE)
    assert changes("accept", FIRST, *reason).code == 2
    assert store.events(builders.SUITE) == before


def test_the_night_as_a_whole_has_no_changes_to_answer(changes: Run, store: WarehouseStore) -> None:
    """It is listed, and an answer to it is refused with the reason."""
    whole: VerdictRecord = outcomes.verdict(
        RUN, Subject.FINDING, Verdict.WORSE, "the night as a whole is slower by 3.1 %"
    )
    store.land_verdicts([replace(whole, finding_id="abcdef012345", verdict_id="abcdef012345")])
    assert "the night as a whole" in changes("list").out
    refused = changes("accept", "abcdef012345", *REASON)
    assert (refused.code, refused.out) == (2, "")
    assert "speaks of the machine" in refused.err


def test_an_answer_is_kept_while_somebody_holds_the_warehouse(
    changes: Run, store: WarehouseStore
) -> None:
    """SQL must wait; what was said is landed."""
    from tests.warehouse.processes import holding

    store.load()
    with holding(store.warehouse, read_only=False):
        said = changes("dispute", FIRST, *REASON)
    assert said.code == 0
    assert "landed; SQL shows it after" in said.err
    assert any(one.subject_id == FIRST for one in store.events(builders.SUITE))


def test_an_answer_is_given_once(changes: Run, store: WarehouseStore) -> None:
    """Who comes second hears who was first, and nothing is landed."""
    assert changes("accept", FIRST, *REASON, "--author", "Ada").code == 0
    before = store.events(builders.SUITE)
    again = changes("accept", FIRST, *REASON, "--author", "Bob")
    assert (again.code, again.out) == (2, "")
    assert "was accepted already" in again.err
    assert f"Ada, {before[-1].recorded_at:%Y-%m-%d}: {REASON[1]}" in again.err
    assert store.events(builders.SUITE) == before
    assert changes("accept", FINDING, *REASON).out.split()[1] == f"{SECOND}:"


def test_a_false_alert_that_comes_again_can_be_disputed_again(
    changes: Run, store: WarehouseStore
) -> None:
    """It is another one: fresh blocks said so."""
    changes("dispute", FIRST, *REASON)
    assert changes("dispute", FIRST, *REASON).code == 2
    land_again(store, 20_000)
    assert changes("dispute", FIRST, *REASON).code == 0


def test_figures_stay_with_the_night_that_has_them(changes: Run, store: WarehouseStore) -> None:
    """A later night that only says that it was accepted takes none away."""
    land_again(
        store,
        1,
        verdict=Verdict.INCONCLUSIVE,
        state=State.ACCEPTED,
        reason="accepted by Ada: wanted",
        before=None,
        after=None,
        change_percent=None,
        low_percent=None,
        high_percent=None,
    )
    shown = changes("show", FIRST).out
    assert "+5.1% (+4.5 to +5.7)" in shown
    assert "accepted by Ada: wanted" in shown
    (entry,) = [
        one for one in json.loads(changes("list", "--all", "--json").out) if one["id"] == FIRST
    ]
    assert (entry["state"], round(entry["change_percent"], 1)) == ("accepted", 5.1)


def test_the_suite_of_this_folder_is_meant(
    perf: Run, changes: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With several registered; elsewhere it must be named, and what is printed names it."""
    assert ids(changes("list")) == [FINDING]
    perf("init", str(tmp_path / "other"))
    perf("suite", "add", str(tmp_path / "other"))
    monkeypatch.chdir(tmp_path)
    elsewhere = perf("changes", "list", *WHOSE[2:])
    assert elsewhere.code == 2
    assert "suites are registered" in elsewhere.err
    assert "belongs to this folder" in elsewhere.err
    monkeypatch.chdir(tmp_path / builders.SUITE)
    here = perf("changes", "list", *WHOSE[2:])
    assert ids(here) == [FINDING]
    assert f"changes show ID --suite {builders.SUITE}" in here.err
