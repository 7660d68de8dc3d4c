"""From the nightly decision to SQL and the command line, and back: what one lands, all show."""

from __future__ import annotations

import json

import pytest

from jobs.cli import app
from jobs.cli.ending import run_to_the_end
from perf_pipeline.campaign.conclude import conclude
from perf_pipeline.model import State
from tests.campaign.changes.test_regressions import History
from tests.campaign.conftest import SUITES
from tests.campaign.nights import Nights
from tests.campaign.simulated import Bench
from warehouse.query import run_query
from warehouse.store import WarehouseStore

WHOSE = ("--suite", "tiny")


@pytest.fixture
def slowed(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> History:
    """Two quiet nights, and one whose code is half as slow again; it has ended."""
    monkeypatch.setenv("PERF_HOME", str(nights.home.root))
    assert run_to_the_end(app, ["suite", "add", str(SUITES / "tiny")]) == 0
    history = History(nights, Bench({"slow": 1.5}))
    history.quiet(2)
    history.night({"HashText": "slow"})
    conclude(history.campaign)
    return history


def ask(store: WarehouseStore, sql: str) -> list[tuple[object, ...]]:
    """From the history as it would be published now."""
    assert not store.load().rejected
    return list(run_query(store.publish(), sql).rows)


def test_sql_tells_what_the_night_decided(slowed: History) -> None:
    """The change leads to its finding and to its blocks; both grounds say what they would see."""
    store = slowed.nights.store
    sql = "select benchmark, metric, state, starts_with(finding, 'HashText: CPU time +'), cause "
    assert ask(store, sql + "from v_changes where verdict = 'worse'") == [
        ("HashText", "cpu_ns", "established", True, "0000001..0000002: work_HashText.py")
    ]
    sql = """
        select count(*) >= 8, median(block.difference_percent) between 45 and 55
        from v_blocks as block
        join v_changes as said using (comparison, metric)
        where said.verdict = 'worse'
    """
    assert ask(store, sql) == [(True, True)]
    sql = "select verdict, changes, cases, standing from v_findings"
    assert ask(store, sql) == [("worse", 1, 1, 1)]
    assert ("ab",) in ask(store, "select distinct ground from v_detectable")
    sql = "select plan_of, how, reference <> '' from v_plan where benchmark = 'HashText'"
    assert ("regressions", "ab", True) in ask(store, sql)


def test_equal_code_is_counted_in_the_views(slowed: History) -> None:
    """The other benchmarks were compared with themselves: that many A/Bs, and no alarm."""
    slowed.night()
    rows = slowed.nights.store.verdicts(slowed.campaign.campaign_id)
    assert rows
    sql = "select compared, alarms, alerts from v_false_alarms where ground = 'ab'"
    ((compared, alarms, alerts),) = ask(slowed.nights.store, sql)
    controls = "select count(distinct comparison) from v_verdicts where subject = 'control'"
    assert ask(slowed.nights.store, controls) == [(compared,)]
    assert compared
    assert (alarms, alerts) == (0, 1)


def test_an_accepted_finding_is_a_new_level(
    slowed: History, capsys: pytest.CaptureFixture[str]
) -> None:
    """Accepted under the id that the list prints, it is worse no longer on the next night."""
    capsys.readouterr()
    assert run_to_the_end(app, ["changes", "list", "--json", *WHOSE]) == 0
    finding, change = json.loads(capsys.readouterr().out)
    assert finding["changes"] == [change["id"]]
    words = ["changes", "accept", finding["id"], "--reason", "wanted", "--author", "Ada", *WHOSE]
    assert run_to_the_end(app, words) == 0
    slowed.night()
    conclude(slowed.campaign)
    assert slowed.row("HashText").state is State.ACCEPTED
    sql = "select accepted_by, answer_reason from v_changes where verdict = 'worse'"
    assert ask(slowed.nights.store, sql) == [("Ada", "wanted")]
    assert ask(slowed.nights.store, "select standing, accepted from v_findings") == [(0, 1)]
    capsys.readouterr()
    assert run_to_the_end(app, ["changes", "list", *WHOSE]) == 0
    assert capsys.readouterr().out == "No change is open.\n"
