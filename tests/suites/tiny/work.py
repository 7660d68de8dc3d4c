"""What the tiny suite measures."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable


def sort_numbers(size: int) -> Callable[[], None]:
    """A list of seeded numbers, sorted anew in each call."""
    source = random.Random(1)  # noqa: S311 - test data
    numbers = [source.random() for _ in range(size)]
    return lambda: numbers.copy().sort()


def hash_text(size: int, times: int) -> Callable[[], dict[str, float]]:
    """SHA-256 of a text, some times in each call."""
    text = b"x" * size

    def measured() -> dict[str, float]:
        for _ in range(times):
            digest = hashlib.sha256(text).digest()
        return {"digest_bytes": len(digest)}

    return measured


def whole_flow(size: int) -> Callable[[], dict[str, float]]:
    """Sorts and hashes, and says how fast that went."""
    sort, hashed = sort_numbers(size), hash_text(size, 20)

    def measured() -> dict[str, float]:
        began = time.perf_counter()
        sort()
        hashed()
        took_s = time.perf_counter() - began
        return {"throughput_items_per_sec": size / took_s, "flow_latency_ms": took_s * 1e3}

    return measured
