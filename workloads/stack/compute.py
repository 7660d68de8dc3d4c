"""Work of the processor and of memory, in plain Python."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from math import sqrt
from multiprocessing import get_context


def roots(first: int, last: int) -> float:
    """A square root and a remainder for every number of a range."""
    total = 0.0
    for number in range(first, last):
        total += sqrt(number) + number % 7
    return total


def allocated(elements: int) -> array[float]:
    """Numbers in one block of memory, each written once."""
    return array("d", bytes(8 * elements))


def sampled(numbers: array[float], every: int) -> float:
    """The sum of every so-manieth."""
    return sum(numbers[::every])


def chunks(elements: int, parts: int) -> list[tuple[int, int]]:
    """Ranges of about equal length that cover all elements once."""
    bounds = [elements * part // parts for part in range(parts + 1)]
    return list(pairwise(bounds))


def squares(bounds: tuple[int, int]) -> int:
    """The sum of the squares of a range."""
    return sum(number * number for number in range(*bounds))


@contextmanager
def started_workers(workers: int) -> Iterator[Executor]:
    """Processes that are up before they are needed; started anew, as a fork would share pages."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(squares, [(0, 1)] * workers))
        yield pool
