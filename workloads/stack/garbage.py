"""Objects that only the garbage collector can free."""

from __future__ import annotations

import gc
from time import perf_counter_ns


class Node:
    """An object that another one holds, and that holds it."""

    __slots__ = ("data", "other")

    def __init__(self, data: int) -> None:
        """A node without a partner."""
        self.data = [data]
        self.other: Node | None = None


def make_cycles(pairs: int) -> None:
    """Pairs that hold each other and that nobody else holds."""
    for number in range(pairs):
        one, other = Node(number), Node(-number)
        one.other, other.other = other, one


def collect() -> tuple[int, int]:
    """(objects that the collector found unreachable, ns that it took)."""
    started_ns = perf_counter_ns()
    found = gc.collect()
    return found, perf_counter_ns() - started_ns
