# ruff: noqa: INP001 - the suite's folder is an import path, not a package
"""What a measured callable hands back, and the few units the workloads share.

A callable of this suite returns a mapping of metric names to one number, to a list of numbers
(one for each operation it did) or, for a proportion, to a pair of successes and attempts.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Observations = dict[str, float | list[float] | tuple[int, int]]
Workload = Callable[[], Observations]
Prepared = Iterator[Workload]
"""What a factory with something to tear down returns: it yields its workload once."""

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
BYTES_PER_MB = 1_000_000


def to_ms(times_ns: Iterable[float]) -> list[float]:
    """Nanoseconds as milliseconds."""
    return [time_ns / NS_PER_MS for time_ns in times_ns]


def per_second(count: float, elapsed_ns: int) -> float:
    """How many a second, from a count and the time all of them together took."""
    return count * NS_PER_S / max(elapsed_ns, 1)


def resident_bytes() -> int:
    """Memory of this process that is in RAM now, in whole pages (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Journal:
    """Numbers noted by any thread until they are taken; the oldest go when 100,000 wait."""

    def __init__(self) -> None:
        """Start empty."""
        self._notes: deque[float] = deque(maxlen=100_000)

    def note(self, number: float) -> None:
        """Keep one number."""
        self._notes.append(number)

    def take(self) -> list[float]:
        """All numbers since the last taking, oldest first."""
        return [self._notes.popleft() for _ in range(len(self._notes))]
