"""The only way into the database file: a lock, one connection, seconds, closed whatever happens.

DuckDB lets one writer exclude everybody and a forgotten reader block the writer. Among ourselves
a lock file decides; of strangers (a notebook, a shell) DuckDB's own message says who they are.
"""

from __future__ import annotations

import fcntl
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

import duckdb

from warehouse.errors import (
    WarehouseBusy,
    WarehouseError,
    WarehouseOutdated,
    WarehouseVersionError,
)
from warehouse.statements import query, tables, views, views_digest

SCHEMA_VERSION = 3
"""Moves with every change to a table; a file of an older version is made anew from landing."""

WAIT_S = 10.0
"""How long a session waits for another process by default."""

# Files stay readable by DuckDB 1.5, also those written by 2.0.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.5.0"
}

# Ours let go within seconds, a notebook does not; and the machine stands idle while we wait.
_STRANGERS_S = 1.0
_PAUSE_S = 0.05
_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_REBUILD = "Run `perf-pipeline warehouse rebuild`: it makes it anew from the landed files."

Result = TypeVar("Result")


@contextmanager
def session(
    path: Path, *, read_only: bool = False, wait_s: float = WAIT_S
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse, created with tables and views where it is missing.

    Sessions that only read may stand beside each other; one that writes stands alone.

    Args:
        path: The database file.
        read_only: Asks for a file that exists.
        wait_s: How long to wait for another session; for a stranger it is a second at most. 0
            asks once.

    Raises:
        WarehouseBusy: Another process still holds the file; it says which.
        WarehouseOutdated: The tables are those of an older version.
        WarehouseVersionError: The tables are those of a newer version, or there are none.
        WarehouseError: The file cannot be opened for another reason.
    """
    with (
        locked(path, shared=read_only, wait_s=wait_s),
        opened(path, read_only=read_only, wait_s=wait_s) as connection,
    ):
        yield connection


@contextmanager
def opened(
    path: Path, *, read_only: bool = False, wait_s: float = WAIT_S
) -> Iterator[duckdb.DuckDBPyConnection]:
    """What `session` does for those who hold the lock file already."""
    deadline = time.monotonic() + min(wait_s, _STRANGERS_S)
    connection = _patiently(lambda: _connect(path, read_only=read_only), deadline)
    try:
        _prepare(connection, path, read_only=read_only)
        yield connection
    finally:
        connection.close()


@contextmanager
def locked(path: Path, *, shared: bool = False, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold the lock file beside the database, without opening the database.

    Raises:
        WarehouseBusy: Another session still holds it.
        WarehouseError: The folder cannot be written.
    """
    with _lock_file(path) as file:
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        _patiently(lambda: _flock(file, mode, path), time.monotonic() + wait_s)
        if not shared:
            _sign(file)
        yield


def _lock_file(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(f"{path.name}.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise WarehouseError(f"The warehouse {path} cannot be locked.", why=str(error)) from error


def _patiently(ask: Callable[[], Result], deadline: float) -> Result:
    while True:
        try:
            return ask()
        except WarehouseBusy:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PAUSE_S)


def _flock(file: IO[str], mode: int, path: Path) -> None:
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise _busy(path, file.read().strip() or "another session") from None


def _sign(file: IO[str]) -> None:
    """Leave the holder's name for those who wait; readers leave none."""
    file.truncate(0)
    file.write(f"{Path(sys.argv[0]).name or 'python'} (PID {os.getpid()})")
    file.flush()


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    if read_only and not path.exists():
        raise WarehouseError(f"There is no warehouse at {path} yet.")
    try:
        return duckdb.connect(str(path), read_only=read_only, config=_CONFIG)
    except (duckdb.IOException, duckdb.ConnectionException) as error:
        raise _refusal(path, str(error)) from None
    except duckdb.Error as error:
        raise _broken(path, str(error)) from error


def _refusal(path: Path, message: str) -> WarehouseError:
    if holder := _HOLDER.search(message):
        return _busy(path, f"{holder['program']} (PID {holder['pid']})")
    if "Could not set lock" in message:
        return _busy(path, "another process")
    if "different configuration" in message:
        return _busy(path, f"another connection of this process (PID {os.getpid()})")
    return _broken(path, message)


def _busy(path: Path, holder: str) -> WarehouseBusy:
    return WarehouseBusy(
        f"The warehouse {path} is held open by {holder}; nothing was changed.",
        todo="Close it there; to look at figures open history.duckdb, which nobody waits for.",
    )


def _broken(path: Path, message: str) -> WarehouseError:
    why = message.strip().splitlines()[0]
    return WarehouseError(f"The warehouse {path} cannot be opened.", why=why, todo=_REBUILD)


def _prepare(connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool) -> None:
    found = _version(connection)
    if found is None and not read_only:
        _create(connection)
    elif found is None:
        raise WarehouseVersionError(f"The warehouse {path} has no tables.", todo=_REBUILD)
    elif found[0] < SCHEMA_VERSION:
        raise WarehouseOutdated(
            f"The warehouse {path} was made by an older version of perf-pipeline.", todo=_REBUILD
        )
    elif found[0] > SCHEMA_VERSION:
        raise WarehouseVersionError(
            f"The warehouse {path} was made by a newer version of perf-pipeline.",
            todo="Update perf-pipeline, or go on with this one: perf-pipeline warehouse rebuild",
        )
    elif found[1] != views_digest() and not read_only:
        _create(connection)


def _version(connection: duckdb.DuckDBPyConnection) -> tuple[int, str] | None:
    try:
        # All rows: a result that is not read to its end blocks the connection.
        rows = connection.execute(query("select_schema_version")).fetchall()
    except duckdb.CatalogException:
        return None
    return (int(rows[0][0]), str(rows[0][1])) if rows else None


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.begin()
    for text in (*tables(), *views()):
        connection.execute(text)
    connection.execute(query("delete_schema_version"))
    connection.execute(query("insert_schema_version"), [SCHEMA_VERSION, views_digest()])
    connection.commit()
