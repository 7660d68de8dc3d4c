"""A tamper-evident record of payloads: chains of hashes, one lock a chain."""

from __future__ import annotations

import hashlib
import threading
from time import perf_counter_ns

from observing import Journal


class _Chain:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.head = bytes(32)
        self.length = 0


class Ledger:
    """Several chains, so that agents seldom wait for each other.

    A chain's lock is held while its payload is hashed; above 2,047 bytes that work gives the
    interpreter free, so the wait for the lock is real waiting. `waits_ns` holds each of them.
    """

    def __init__(self, chains: int = 16) -> None:
        """Start with empty chains."""
        self._chains = [_Chain() for _ in range(chains)]
        self.waits_ns = Journal()

    @property
    def length(self) -> int:
        """Entries of all chains."""
        return sum(chain.length for chain in self._chains)

    def append(self, payload: bytes) -> bytes:
        """Add a payload to the chain that its last byte names; returns the chain's new head."""
        chain = self._chains[payload[-1] % len(self._chains)]
        asked_ns = perf_counter_ns()
        with chain.lock:
            self.waits_ns.note(perf_counter_ns() - asked_ns)
            entry = hashlib.sha256(chain.head)
            entry.update(payload)
            chain.head = entry.digest()
            chain.length += 1
            return chain.head
