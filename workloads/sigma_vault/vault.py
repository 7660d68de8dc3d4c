"""The store itself: SQLite in WAL mode, an LRU cache before it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from sigma_vault.lru import LruCache

# The statements stand here and not in files: a change of them is a change of imported code.
_CREATE = "create table if not exists rsu (key text primary key, value blob not null) without rowid"
_READ = "select value from rsu where key = ?"
_WRITE = """
insert into rsu (key, value) values (?, ?)
on conflict (key) do update set value = excluded.value
"""


class Vault:
    """RSUs by key, on disk; threads may share it, one statement runs at a time.

    Every write is committed when it returns. With `synchronous = normal` a commit survives the
    death of the process; after a loss of power the newest ones may be gone, none half-written.
    """

    def __init__(self, path: Path, cache_entries: int) -> None:
        """Open or create the file."""
        self.cache = LruCache[str, bytes](cache_entries)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute(_CREATE)

    def get(self, key: str) -> bytes | None:
        """The value of a key, from the cache or the file; None when there is none."""
        with self._lock:
            value = self.cache.get(key)
            if value is None:
                row = self._connection.execute(_READ, (key,)).fetchone()
                if row is None:
                    return None
                value = bytes(row[0])
                self.cache.put(key, value)
            return value

    def put(self, key: str, value: bytes) -> None:
        """Write one RSU in a transaction of its own."""
        with self._lock:
            self._connection.execute(_WRITE, (key, value))
            self.cache.put(key, value)

    def put_many(self, rsus: Iterable[tuple[str, bytes]]) -> None:
        """Write all or none, in one transaction."""
        written = list(rsus)
        with self._lock:
            self._connection.execute("begin immediate")
            try:
                self._connection.executemany(_WRITE, written)
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")
            for key, value in written:
                self.cache.put(key, value)

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it."""
        with self._lock:
            self._connection.close()
