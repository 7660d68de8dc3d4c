"""The measured callables of the sketches; every call builds its sketch anew."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from sys import getsizeof
from time import perf_counter_ns

import numpy as np
from observing import Observations, Workload, per_second

from sketches.bloom import BloomFilter
from sketches.count_min import CountMin
from sketches.hashing import Keys, keys_of
from sketches.hyperloglog import HyperLogLog
from sketches.minhash import signature, similar_pairs

PROBES = 100_000
"""Keys that were never added."""
SIMILAR = 0.5
SETS, FAMILIES, MEMBERS = 300, 60, 200
"""Sets in families that share most of their members."""


def count_distinct(keys: int, precision: int) -> Workload:
    """Count different keys, each added twice."""
    added = np.repeat(keys_of(keys), 2)
    exact_bytes = _exact_bytes(set(added.tolist()))

    def measured() -> Observations:
        sketch = HyperLogLog(precision)
        started_ns = perf_counter_ns()
        sketch.add(added)
        elapsed_ns = perf_counter_ns() - started_ns
        return {
            "error_percent": 100 * abs(sketch.estimate() / keys - 1),
            "sketch_bytes": sketch.memory_bytes,
            "exact_bytes": exact_bytes,
            "throughput_keys_per_sec": per_second(len(added), elapsed_ns),
        }

    return measured


def count_each(events: int, width: int, depth: int) -> Workload:
    """Count how often each key comes, by popularity (Zipf 1.2)."""
    ranks = np.random.default_rng(7).zipf(1.2, events)
    added = keys_of(1) + np.minimum(ranks, 1_000_000).astype(np.uint64)
    known, exact = np.unique(added, return_counts=True)
    exact_bytes = _exact_bytes(dict(zip(known.tolist(), exact.tolist(), strict=True)))

    def measured() -> Observations:
        sketch = CountMin(width, depth)
        started_ns = perf_counter_ns()
        sketch.add(added)
        elapsed_ns = perf_counter_ns() - started_ns
        over = sketch.counts(known) - exact
        return {
            "counted_too_low": int(np.count_nonzero(over < 0)),
            "largest_excess_percent": 100 * float(over.max()) / events,
            "sketch_bytes": sketch.memory_bytes,
            "exact_bytes": exact_bytes,
            "throughput_keys_per_sec": per_second(events, elapsed_ns),
        }

    return measured


def remember(keys: int, bits: int, hashes: int) -> Workload:
    """Remember keys, then ask for all of them and for as many strangers."""
    added, strangers = keys_of(keys), keys_of(PROBES, seed=1)
    exact_bytes = _exact_bytes(set(added.tolist()))

    def measured() -> Observations:
        sketch = BloomFilter(bits, hashes)
        started_ns = perf_counter_ns()
        sketch.add(added)
        elapsed_ns = perf_counter_ns() - started_ns
        return {
            "forgotten": (int(np.count_nonzero(~sketch.has(added))), keys),
            "false_positives": (int(np.count_nonzero(sketch.has(strangers))), PROBES),
            "sketch_bytes": sketch.memory_bytes,
            "exact_bytes": exact_bytes,
            "throughput_keys_per_sec": per_second(keys, elapsed_ns),
        }

    return measured


def find_similar(bands: int, permutations: int) -> Workload:
    """Find the pairs of sets that share at least half of their members."""
    sets = _families()
    wanted = _similar(sets)

    def measured() -> Observations:
        started_ns = perf_counter_ns()
        signatures = [signature(one, permutations) for one in sets]
        found = similar_pairs(signatures, bands, SIMILAR)
        elapsed_ns = perf_counter_ns() - started_ns
        right = len(found & wanted)
        return {
            "recall": (right, len(wanted)),
            "precision": (right, max(1, len(found))),
            "throughput_sets_per_sec": per_second(len(sets), elapsed_ns),
        }

    return measured


def _families() -> list[Keys]:
    """Sets whose members come from their family, and some from anywhere."""
    draw = np.random.default_rng(11)
    anywhere = keys_of(1_000_000)
    families = [draw.choice(anywhere, MEMBERS, replace=False) for _ in range(FAMILIES)]
    return [
        np.concatenate([own[: int(draw.uniform(120, 200))], draw.choice(anywhere, 40)])
        for own in (families[number % FAMILIES] for number in range(SETS))
    ]


def _similar(sets: Sequence[Keys]) -> set[tuple[int, int]]:
    """The pairs whose Jaccard similarity, counted out, is high enough."""
    members = [frozenset(one.tolist()) for one in sets]
    return {
        (one, other)
        for one, other in combinations(range(len(members)), 2)
        if len(members[one] & members[other]) >= SIMILAR * len(members[one] | members[other])
    }


def _exact_bytes(held: set[int] | dict[int, int]) -> int:
    """What Python keeps for the exact answer: the table and its numbers."""
    return getsizeof(held) + sum(map(getsizeof, held))
