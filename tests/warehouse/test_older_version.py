"""A warehouse that an older version of the program made: renewed by whoever comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from perf_pipeline.model import LoadOutcome
from tests.warehouse import builders, nights, outcomes
from tests.warehouse.processes import holding
from warehouse.errors import QueryError, WarehouseBusy, WarehouseError
from warehouse.query import run_query
from warehouse.session import session
from warehouse.store import WarehouseStore

RUN = builders.run()
# What version 1 did not have.
NEWER = {
    "block": ("kind", "effect", "neighbour", "duration_s", "turns"),
    "plan_item": ("reference",),
    "verdict": ("change_id", "finding_id", "comparison", "p_value", "cause", "fingerprint"),
}


def age(path: Path) -> None:
    """Take a warehouse back to the tables and views of version 1."""
    with session(path) as connection:
        for table, columns in NEWER.items():
            for column in columns:
                connection.execute(f"alter table {table} drop column {column}")
        for view in ("v_findings", "v_false_alarms", "v_detectable"):
            connection.execute(f"drop view {view}")
        connection.execute("update schema_version set version = 1, views = 'older'")


@pytest.fixture
def told() -> list[str]:
    """What the store says to people."""
    return []


@pytest.fixture
def old(store: WarehouseStore, told: list[str]) -> WarehouseStore:
    """A store whose night was loaded by version 1; another file has landed since."""
    nights.land_night(store, RUN)
    store.load()
    store.publish()
    age(store.warehouse)
    store.land_event(outcomes.event(subject_id="since"))
    store.tell = told.append
    return store


def events(store: WarehouseStore) -> int:
    """Rows of the events in the warehouse as it stands."""
    with session(store.warehouse, read_only=True) as connection:
        return len(connection.execute("from v_events").fetchall())


def test_a_load_makes_it_anew(old: WarehouseStore, told: list[str]) -> None:
    """All that landed is there, new columns and what came since too; one sentence says so."""
    outcome = old.load()
    assert outcome == LoadOutcome(files=9, rows=outcome.rows)
    assert events(old) == 2
    assert len(told) == 1
    assert "older version" in told[0]
    assert "nothing is lost" in told[0]
    assert old.load() == LoadOutcome(files=0, rows=0)
    assert not old.warehouse.with_name("warehouse.duckdb.old").exists()


def test_a_question_makes_it_anew(old: WarehouseStore, told: list[str]) -> None:
    """Whoever reads first waits for the replay and gets its answer."""
    assert len(old.measurements(RUN.campaign_id)) == 6
    assert events(old) == 2
    assert len(told) == 1


def test_publishing_makes_it_anew(old: WarehouseStore) -> None:
    """Readers of the history get the new views."""
    with pytest.raises(QueryError) as unknown:
        run_query(old.published, "from nowhere")
    assert "published by another version" not in str(unknown.value)
    assert run_query(old.publish(), "select count(*) from v_detectable").rows


def test_an_old_history_says_so(old: WarehouseStore) -> None:
    """Until the next campaign it lacks what newer versions have; the sentence says why."""
    age(old.publish())
    for sql in ("from v_findings", "select change_id from v_verdicts"):
        with pytest.raises(QueryError, match="published by another version"):
            run_query(old.published, sql)


def test_a_damaged_file_keeps_the_former_warehouse(old: WarehouseStore, told: list[str]) -> None:
    """Only there are the rows of a landed file that was damaged since."""
    (path,) = (old.landing / "blocks").rglob("*.parquet")
    path.write_bytes(b"")
    (said,) = old.load().rejected
    assert str(path) in said
    former = old.warehouse.with_name("warehouse.duckdb.old")
    assert str(former) in told[1]
    assert former.stat().st_size > 100_000
    assert events(old) == 2


def test_a_stranger_who_holds_it_is_named(old: WarehouseStore, told: list[str]) -> None:
    """The load does not raise; what landed comes with the next one."""
    with holding(old.warehouse, read_only=False):
        assert "held open by" in old.load().busy
        with pytest.raises(WarehouseBusy):
            old.measurements(RUN.campaign_id)
    assert told == []
    assert old.load().files == 9


def test_a_renewal_that_fails_keeps_nobody_from_measuring(old: WarehouseStore) -> None:
    """The old file stands, a load says why, a question is refused with a sentence."""
    obstacle = old.warehouse.with_name("warehouse.duckdb.rebuild.lock")
    obstacle.mkdir()
    outcome = old.load()
    assert (outcome.files, outcome.rejected) == (0, ())
    assert "could not be rebuilt" in outcome.busy
    with pytest.raises(WarehouseError, match="The former one stands"):
        old.measurements(RUN.campaign_id)
    obstacle.rmdir()
    assert old.load().files == 9
