"""A queue of writes that one thread commits in groups."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import NamedTuple

from observing import Journal

from sigma_vault.vault import Vault


class _Write(NamedTuple):
    key: str
    value: bytes
    done: Future[None]


class GroupWriter:
    """Commits whatever waits, up to `max_group` writes at once; no write waits for a timer.

    A group that fails hands its error to every write in it. `depths` holds how many writes
    waited after each arrival.
    """

    def __init__(self, vault: Vault, max_group: int = 64) -> None:
        """Start committing in a thread of its own, until `close`."""
        self._vault = vault
        self._max_group = max_group
        self._waiting: SimpleQueue[_Write | None] = SimpleQueue()
        self.depths = Journal()
        self._thread = threading.Thread(target=self._commit_all, name="sigma_vault", daemon=True)
        self._thread.start()

    def submit(self, key: str, value: bytes) -> Future[None]:
        """Queue one write; the future is done when it is committed."""
        write = _Write(key, value, Future())
        self._waiting.put(write)
        self.depths.note(self._waiting.qsize())
        return write.done

    def put(self, key: str, value: bytes) -> None:
        """Write and wait until it is committed."""
        self.submit(key, value).result()

    def close(self) -> None:
        """Commit what waits, then stop; nothing may be submitted any more."""
        self._waiting.put(None)
        self._thread.join()

    def _commit_all(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first]
            closing = self._gather(group)
            self._commit(group)
            if closing:
                return

    def _gather(self, group: list[_Write]) -> bool:
        """Add what else waits; whether the end of the queue was met."""
        while len(group) < self._max_group:
            try:
                write = self._waiting.get_nowait()
            except Empty:
                return False
            if write is None:
                return True
            group.append(write)
        return False

    def _commit(self, group: list[_Write]) -> None:
        try:
            self._vault.put_many((write.key, write.value) for write in group)
        except Exception as error:  # noqa: BLE001 - whatever it was, the writers are waiting
            for write in group:
                write.done.set_exception(error)
            return
        for write in group:
            write.done.set_result(None)
