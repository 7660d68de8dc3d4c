"""What docs/sql.md says is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from perf_pipeline.model import EventKind
from tests.warehouse import builders, nights, regressions
from warehouse.query import run_query
from warehouse.store import WarehouseStore

TEXT = (Path(__file__).parents[2] / "docs" / "sql.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^### (.+?)\n+```sql\n(.+?)```", TEXT, re.MULTILINE | re.DOTALL)
# Nothing failed, changed or was missed in the three nights; thirty nights ago is not now.
EMPTY = {
    "What got worse, by how much, and why?",
    "Which targets did the newest campaign miss, or could not decide?",
    "How did one metric go over the last thirty nights?",
    "What failed, and what did it say?",
    "What differs between the surroundings of two campaigns?",
}


def test_there_are_thirteen() -> None:
    """The heading promises thirteen questions."""
    assert "## Thirteen questions" in TEXT
    assert len(QUESTIONS) == 13


@pytest.mark.parametrize(("title", "sql"), QUESTIONS, ids=[title for title, _ in QUESTIONS])
def test_every_question_is_answered(three_nights: WarehouseStore, title: str, sql: str) -> None:
    """Each example runs on a real history and answers, unless there is nothing to tell."""
    table = run_query(three_nights.published, sql)
    assert bool(table.rows) == (title not in EMPTY)


def test_what_got_worse_is_told_until_somebody_answers(store: WarehouseStore) -> None:
    """Both changes with their finding; the accepted one leaves."""
    record, what = builders.run(), builders.benchmark()
    nights.land_night(store, record)
    store.land_verdicts(regressions.worse(record, what))
    sql = dict(QUESTIONS)["What got worse, by how much, and why?"]
    store.load()
    found = run_query(store.publish(), sql)
    assert [row[found.columns.index("change_percent")] for row in found.rows] == [5.1, 4.0]
    assert {row[found.columns.index("finding")] for row in found.rows} == {regressions.FINDING}
    accepted = regressions.change_id(what.cases[0])
    store.land_event(regressions.answer(EventKind.ACCEPT, accepted))
    store.load()
    assert len(run_query(store.publish(), sql).rows) == 1


def test_all_sql_blocks_run(three_nights: WarehouseStore) -> None:
    """The blocks outside the questions are right as well."""
    blocks = re.findall(r"```sql\n(.+?)```", TEXT, re.DOTALL)
    assert len(blocks) == 14
    for sql in blocks:
        run_query(three_nights.published, sql)


def test_all_views_are_listed(three_nights: WarehouseStore) -> None:
    """The table names every public view once, and no other."""
    sql = "select view_name from duckdb_views() where starts_with(view_name, 'v_') and not internal"
    there = sorted(str(row[0]) for row in run_query(three_nights.published, sql).rows)
    assert sorted(re.findall(r"^\| `(v_\w+)`", TEXT, re.MULTILINE)) == there
