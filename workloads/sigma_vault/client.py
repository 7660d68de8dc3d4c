"""A client of the vault: mostly reads, by popularity, and now and then a queued write."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter_ns

from sigma_vault.contents import keys_by_popularity
from sigma_vault.vault import Vault
from sigma_vault.writer import GroupWriter

OPERATIONS = 500
READS_PER_WRITE = 9


@dataclass(slots=True)
class Latencies:
    """How long each operation took, in nanoseconds."""

    reads_ns: list[int] = field(default_factory=list)
    writes_ns: list[int] = field(default_factory=list)


class Client:
    """One of several that share a vault; each has its own seeded order of keys."""

    def __init__(self, vault: Vault, writer: GroupWriter, value: bytes, seed: int) -> None:
        """Read from the vault, write through the writer."""
        self._vault = vault
        self._writer = writer
        self._value = value
        self._keys = keys_by_popularity(seed)

    def work(self) -> Latencies:
        """Five hundred operations in a row, every tenth a write that waits for its commit."""
        latencies = Latencies()
        for number in range(OPERATIONS):
            key = next(self._keys)
            writes = number % (READS_PER_WRITE + 1) == READS_PER_WRITE
            started_ns = perf_counter_ns()
            if writes:
                self._writer.put(key, self._value)
            else:
                self._vault.get(key)
            taken = latencies.writes_ns if writes else latencies.reads_ns
            taken.append(perf_counter_ns() - started_ns)
        return latencies
