"""The warehouse made anew from landing."""

from __future__ import annotations

from pathlib import Path

import pytest

from perf_pipeline.model import EventKind, LoadOutcome, TrialStatus
from tests.warehouse import builders, nights, regressions
from warehouse.errors import WarehouseBusy, WarehouseError
from warehouse.query import run_query
from warehouse.session import locked, session
from warehouse.statements import query
from warehouse.store import WarehouseStore

# They tell of the loading itself, or of the present moment.
MOMENTS = {"loaded_at", "newest_age_hours"}


def public_views(store: WarehouseStore) -> dict[str, list[tuple[object, ...]]]:
    """All rows of every public view, in a definite order."""
    with session(store.warehouse) as connection:
        names = [str(row[0]) for row in connection.execute(query("select_public_views")).fetchall()]
        found = {}
        for name in names:
            columns = connection.table(name).columns
            kept = ", ".join(f'"{column}"' for column in columns if column not in MOMENTS)
            found[name] = connection.table(name).project(kept).order("all").fetchall()
    return found


def grown(store: WarehouseStore) -> WarehouseStore:
    """A warehouse that grew in an order of its own: file by file, night 3 before night 2."""
    declared = [builders.benchmark("Sort"), builders.benchmark("Find", fault="no such file")]
    first, second, third = builders.spread(3, lambda night: builders.run(declared, night=night))
    bad = builders.attempt(second, declared[0], number=2, status=TrialStatus.FAILED, message="m")
    store.land_trials(bad)
    for record in (first, third, second):
        nights.land_night(store, record)
        assert not store.load().rejected
    changes = regressions.worse(second, declared[0])
    store.land_verdicts([*changes, *regressions.control(second, declared[0], 1)])
    store.land_event(regressions.answer(EventKind.ACCEPT, changes[0].change_id))
    assert not store.load().rejected
    return store


def test_every_public_view_is_the_same(store: WarehouseStore) -> None:
    """Rows of all views are equal before and after, and none of them is empty."""
    before = public_views(grown(store))
    inode = store.warehouse.stat().st_ino
    outcome = store.rebuild()
    assert store.warehouse.stat().st_ino != inode
    assert outcome == LoadOutcome(files=39, rows=outcome.rows)
    assert public_views(store) == before
    assert [name for name, rows in before.items() if not rows] == []
    assert store.load() == LoadOutcome(files=0, rows=0)


def test_a_lost_or_broken_warehouse_comes_back(store: WarehouseStore) -> None:
    """Landing is enough, whatever became of the database file and its log."""
    before = public_views(grown(store))
    store.warehouse.write_bytes(b"broken")
    Path(f"{store.warehouse}.wal").write_bytes(b"broken too")
    store.rebuild()
    assert public_views(store) == before
    store.warehouse.unlink()
    store.rebuild()
    assert public_views(store) == before


def test_damaged_files_are_left_out_and_named(store: WarehouseStore) -> None:
    """A rebuild ends although a landing file cannot be read any more."""
    nights.land_night(store, builders.run())
    store.load()
    (path,) = (store.landing / "blocks").rglob("*.parquet")
    path.write_bytes(b"")
    (said,) = store.rebuild().rejected
    assert str(path) in said
    assert public_views(store)["v_blocks"] == []


def test_not_while_we_are_at_work(store: WarehouseStore) -> None:
    """A rebuild waits for a load and never works beside it."""
    store.load()
    with locked(store.warehouse), pytest.raises(WarehouseBusy):
        store.rebuild()


def test_a_rebuild_that_fails_leaves_the_old_one(store: WarehouseStore) -> None:
    """Something in the way of the new file costs nothing of the old one."""
    nights.land_night(store, builders.run())
    store.load()
    before = public_views(store)
    (store.warehouse.parent / "warehouse.duckdb.rebuild.lock").mkdir()
    with pytest.raises(WarehouseError, match="could not be rebuilt"):
        store.rebuild()
    (store.warehouse.parent / "warehouse.duckdb.rebuild.lock").rmdir()
    assert public_views(store) == before


def test_the_history_stays_as_published(store: WarehouseStore) -> None:
    """Who reads it is not disturbed by a rebuild."""
    nights.land_night(store, builders.run())
    store.load()
    store.publish()
    store.rebuild()
    assert run_query(store.published, "select campaigns from v_status").rows == ((1,),)
    left = {path.name for path in store.warehouse.parent.iterdir()}
    assert left == {"landing", "warehouse.duckdb", "warehouse.duckdb.lock", "history.duckdb"}
