"""A pool of database connections that threads share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from time import perf_counter_ns

BUSY_S = 10.0


class ConnectionPool:
    """Connections to one SQLite file; who finds none free waits."""

    def __init__(self, file: Path, connections: int) -> None:
        """Open all of them; write-ahead logging, so that readers do not wait for the writer."""
        self._free: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._all = [_opened(file) for _ in range(connections)]
        for connection in self._all:
            self._free.put(connection)

    @contextmanager
    def connection(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """A connection for a while, and the nanoseconds that it was waited for."""
        started_ns = perf_counter_ns()
        connection = self._free.get()
        waited_ns = perf_counter_ns() - started_ns
        try:
            yield connection, waited_ns
        finally:
            self._free.put(connection)

    def close(self) -> None:
        """Close all connections; nobody may use one any more."""
        for connection in self._all:
            connection.close()


def fill(file: Path, keys: int) -> None:
    """A table of so many keys."""
    connection = _opened(file)
    with connection:
        connection.execute("create table entry (key integer primary key, value integer not null)")
        connection.executemany("insert into entry values (?, 0)", ((key,) for key in range(keys)))
    connection.close()


def read(connection: sqlite3.Connection, key: int) -> int:
    """The value of a key."""
    (value,) = connection.execute("select value from entry where key = ?", (key,)).fetchone()
    return int(value)


def write(connection: sqlite3.Connection, key: int) -> None:
    """Add one to the value of a key, committed."""
    with connection:
        connection.execute("update entry set value = value + 1 where key = ?", (key,))


def written(file: Path) -> int:
    """The sum of all values: how many writes arrived."""
    connection = _opened(file)
    (total,) = connection.execute("select sum(value) from entry").fetchone()
    connection.close()
    return int(total)


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=BUSY_S, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    return connection
