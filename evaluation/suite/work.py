"""Six workloads of about 2 ms a call; `extra` thousandths of their work can be planted.

The work is proportional to a count, and the count is what the plant moves, so that the true change
is known: `extra=20` is 2 % more of the same work.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Generator

Call = Callable[[], object]


def count(base: int, extra: int) -> int:
    """How often the unit of work is done."""
    return base * (1000 + extra) // 1000


def python(extra: int = 0) -> Call:
    """Arithmetic, a dictionary and text, in the interpreter."""
    numbers = range(count(10_000, extra))

    def call() -> int:
        seen: dict[int, int] = {}
        total = 0
        for number in numbers:
            key = number & 255
            seen[key] = seen.get(key, 0) + number
            total += (number * 31) ^ (total & 65_535)
        return total + len(f"{seen}")

    return call


def numpy(extra: int = 0) -> Call:
    """Small matrix products and a function of them, on one thread."""
    import numpy as np

    generator = np.random.default_rng(1)
    left = generator.standard_normal((32, 64))
    right = generator.standard_normal((64, 64))
    products = count(200, extra)

    def call() -> float:
        return float(sum(np.tanh(left @ right)[0, 0] for _ in range(products)))

    return call


def to_json(extra: int = 0) -> Call:
    """Records to text and back."""
    records = [
        {"id": number, "name": f"record {number}", "values": [number / 7, number / 11, None, True]}
        for number in range(count(500, extra))
    ]

    def call() -> int:
        return len(json.loads(json.dumps(records)))

    return call


def tasks(extra: int = 0) -> Generator[Call, None, None]:
    """Tasks that yield to each other, and a queue between them, in a loop that is kept."""
    number = count(200, extra)
    loop = asyncio.new_event_loop()

    async def worker(queue: asyncio.Queue[int], value: int) -> None:
        await asyncio.sleep(0)
        await queue.put(value)

    async def main() -> int:
        queue: asyncio.Queue[int] = asyncio.Queue()
        await asyncio.gather(*(worker(queue, value) for value in range(number)))
        return queue.qsize()

    def call() -> int:
        return loop.run_until_complete(main())

    yield call
    loop.close()


def sqlite(extra: int = 0) -> Generator[Call, None, None]:
    """Rows into a table in memory, and an aggregate over them."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table row (key integer primary key, part integer, value real)")
    rows = [(number, number % 50, number / 3) for number in range(count(2_000, extra))]

    def call() -> int:
        with connection:
            connection.execute("delete from row")
            connection.executemany("insert into row values (?, ?, ?)", rows)
        query = "select part, sum(value), count(*) from row group by part"
        return len(connection.execute(query).fetchall())

    yield call
    connection.close()


def zstandard(extra: int = 0) -> Call:
    """Blocks of text, compressed one by one."""
    import zstandard as zstd

    text = " ".join(f"{number * 7919 % 10_007} of {number % 97}" for number in range(2_000))
    block = text.encode()[:2_048]
    blocks = count(200, extra)
    compressor = zstd.ZstdCompressor(level=3)

    def call() -> int:
        return sum(len(compressor.compress(block)) for _ in range(blocks))

    return call
