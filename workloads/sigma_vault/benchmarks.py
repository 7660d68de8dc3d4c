"""The measured callables of SigmaVAULT."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from time import perf_counter_ns

from observing import Observations, Prepared, per_second, resident_bytes, to_ms

from sigma_vault.client import OPERATIONS, Client
from sigma_vault.contents import filled_vault, keys_by_popularity, keys_evenly
from sigma_vault.vault import Vault
from sigma_vault.writer import GroupWriter

CLIENTS = 8
CACHE_ENTRIES = 1_000


def storage_write_micro(value_bytes: int) -> Prepared:
    """Writes one by one, each committed: a hundred timed alone, then a hundred as one loop."""
    value = bytes(value_bytes)
    keys = keys_evenly()

    with filled_vault(CACHE_ENTRIES, value_bytes) as vault:

        def write(key: str) -> None:
            vault.put(key, value)

        def measured() -> Observations:
            return {
                "write_latency_ms": _time_each(write, islice(keys, 100)),
                "throughput_writes_per_sec": _rate(write, keys, 100),
            }

        yield measured


def storage_read_micro(value_bytes: int, cache_entries: int) -> Prepared:
    """Reads by popularity: two hundred timed alone, then a thousand as one loop."""
    keys = keys_by_popularity()

    with filled_vault(cache_entries, value_bytes) as vault:

        def measured() -> Observations:
            hits = _HitCount(vault)
            return {
                "read_latency_ms": _time_each(vault.get, islice(keys, 200)),
                "throughput_reads_per_sec": _rate(vault.get, keys, 1_000),
                "cache_hits": hits.since(),
            }

        yield measured


def storage_memory_profile(value_bytes: int, cache_entries: int) -> Prepared:
    """Eight clients in closed loops, nine reads to one queued write."""
    with (
        filled_vault(cache_entries, value_bytes) as vault,
        closing(GroupWriter(vault)) as writer,
        ThreadPoolExecutor(CLIENTS, thread_name_prefix="client") as pool,
    ):
        clients = [Client(vault, writer, bytes(value_bytes), seed) for seed in range(CLIENTS)]

        def measured() -> Observations:
            hits = _HitCount(vault)
            started_ns = perf_counter_ns()
            rounds = list(pool.map(Client.work, clients))
            elapsed_ns = perf_counter_ns() - started_ns
            return {
                "read_latency_ms": to_ms(time for each in rounds for time in each.reads_ns),
                "write_latency_ms": to_ms(time for each in rounds for time in each.writes_ns),
                "throughput_operations_per_sec": per_second(CLIENTS * OPERATIONS, elapsed_ns),
                "queue_depth": writer.depths.take(),
                "cache_hits": hits.since(),
                "rss_bytes": resident_bytes(),
            }

        yield measured


class _HitCount:
    """Reads that the cache answered, out of all reads since it was made."""

    def __init__(self, vault: Vault) -> None:
        self._cache = vault.cache
        self._hits, self._misses = self._cache.hits, self._cache.misses

    def since(self) -> tuple[int, int]:
        hits = self._cache.hits - self._hits
        return hits, hits + self._cache.misses - self._misses


def _time_each(operation: Callable[[str], object], keys: Iterable[str]) -> list[float]:
    """Milliseconds of each operation."""
    times_ns: list[int] = []
    for key in keys:
        started_ns = perf_counter_ns()
        operation(key)
        times_ns.append(perf_counter_ns() - started_ns)
    return to_ms(times_ns)


def _rate(operation: Callable[[str], object], keys: Iterator[str], count: int) -> float:
    """Operations a second over one loop of that many."""
    asked = list(islice(keys, count))
    started_ns = perf_counter_ns()
    for key in asked:
        operation(key)
    return per_second(count, perf_counter_ns() - started_ns)
