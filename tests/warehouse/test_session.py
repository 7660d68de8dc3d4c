"""The only way into the database file."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.processes import holding
from warehouse import session as sessions
from warehouse.errors import (
    WarehouseBusy,
    WarehouseError,
    WarehouseOutdated,
    WarehouseVersionError,
)
from warehouse.session import session


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A warehouse with its tables and nothing in them."""
    path = tmp_path / "warehouse.duckdb"
    with session(path):
        pass
    return path


def test_a_new_file_has_tables_and_views(tmp_path: Path) -> None:
    """The first session creates the file, its folder too; the views answer with no rows."""
    with session(tmp_path / "deep" / "warehouse.duckdb") as connection:
        assert connection.execute("select count(*) from v_targets").fetchall() == [(0,)]
        assert connection.execute("select count(*) from v_status").fetchall() == [(1,)]


def test_files_stay_readable_by_duckdb_1_5(path: Path) -> None:
    """The storage version is that of 1.5, whatever version wrote the file."""
    with session(path) as connection:
        ((tags,),) = connection.execute(
            "select tags from duckdb_databases() where path is not null"
        ).fetchall()
    assert tags["storage_version"].startswith("v1.5.0")


def test_an_exception_closes_the_connection(path: Path) -> None:
    """Nothing is held after an error: the next session comes in without waiting."""
    with pytest.raises(ZeroDivisionError), session(path) as connection:
        _ = 1 / 0
    with pytest.raises(duckdb.ConnectionException):
        connection.execute("select 1")
    with session(path, wait_s=0):
        pass


def test_a_stranger_is_named(path: Path) -> None:
    """A forgotten reader blocks the writer; the message says which process it is."""
    with (
        holding(path, read_only=True) as pid,
        pytest.raises(WarehouseBusy, match=rf"held open by .*python.* \(PID {pid}\)") as busy,
        session(path, wait_s=0),
    ):
        pass
    assert "history.duckdb" in str(busy.value)


def test_a_session_waits_for_its_turn(path: Path) -> None:
    """Somebody who lets go in time is waited for."""
    letting_go = threading.Event()

    def hold() -> None:
        with session(path):
            letting_go.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    letting_go.wait()
    with pytest.raises(WarehouseBusy), session(path, wait_s=0):
        pass
    with session(path, wait_s=20):
        pass
    thread.join()


def test_one_of_ours_is_named(path: Path) -> None:
    """Of two sessions the second learns from the lock file who the first is."""
    with (
        session(path),
        pytest.raises(WarehouseBusy, match=rf"\(PID {os.getpid()}\)"),
        session(path, wait_s=0),
    ):
        pass


def test_another_connection_of_this_process(path: Path) -> None:
    """A connection beside the session is an error of our own, told as such."""
    with (
        duckdb.connect(str(path)),
        pytest.raises(WarehouseBusy, match="another connection of this process"),
        session(path, wait_s=0),
    ):
        pass


def test_readers_stand_beside_each_other(path: Path) -> None:
    """Two sessions that only read are open at the same time; neither can write."""
    with session(path, read_only=True) as one, session(path, read_only=True, wait_s=0) as other:
        assert one.execute("from v_targets").fetchall() == []
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            other.execute("insert into schema_version values (1, '')")


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    """A session that only reads creates nothing."""
    with (
        pytest.raises(WarehouseError, match="no warehouse"),
        session(tmp_path / "none.duckdb", read_only=True),
    ):
        pass
    assert not (tmp_path / "none.duckdb").exists()


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize(("by", "error"), [(1, WarehouseOutdated), (-1, WarehouseVersionError)])
def test_tables_of_another_version(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    by: int,
    error: type[WarehouseVersionError],
    *,
    read_only: bool,
) -> None:
    """They are not touched; the sentence says whose they are and how to come by new ones."""
    monkeypatch.setattr(sessions, "SCHEMA_VERSION", sessions.SCHEMA_VERSION + by)
    with pytest.raises(error) as raised, session(path, read_only=read_only):
        pass
    assert type(raised.value) is error
    assert ("older version" if by > 0 else "newer version") in str(raised.value)
    assert "warehouse rebuild" in str(raised.value)


def test_a_file_without_tables_is_not_read(tmp_path: Path) -> None:
    """Somebody else's empty database is no warehouse of ours."""
    duckdb.connect(str(tmp_path / "w.duckdb")).close()
    with (
        pytest.raises(WarehouseVersionError, match="has no tables"),
        session(tmp_path / "w.duckdb", read_only=True),
    ):
        pass


def test_views_follow_the_program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that changed is replaced by the next session; tables and rows stay."""
    with session(path) as connection:
        connection.execute("insert into publication values ('2026-03-01')")
    monkeypatch.setattr(sessions, "views_digest", lambda: "another")
    monkeypatch.setattr(sessions, "views", lambda: ("create or replace view v_new as select 7",))
    with session(path) as connection:
        assert connection.execute("from v_new").fetchall() == [(7,)]
        assert connection.execute("select count(*) from publication").fetchall() == [(1,)]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """It is left as it is; the way out is to rebuild."""
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseError, match="cannot be opened") as broken, session(path):
        pass
    assert "warehouse rebuild" in str(broken.value)
    assert path.read_bytes().startswith(b"no database")
