"""The stack does the work that its figures speak of."""

from __future__ import annotations

import asyncio
import os
import zlib
from collections import Counter
from contextlib import closing
from pathlib import Path
from statistics import median
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stack import asking, benchmarks, compute, files, garbage, hardware, keys, pool, scaling


@given(st.integers(0, 5_000), st.integers(1, 9))
def test_chunks_cover_everything_once(elements: int, parts: int) -> None:
    """No element is left out or counted twice, and no chunk is much longer than another."""
    bounds = compute.chunks(elements, parts)
    assert [number for one in bounds for number in range(*one)] == list(range(elements))
    lengths = [last - first for first, last in bounds]
    assert max(lengths) - min(lengths) <= 1


def test_parts_have_the_sum_of_the_whole() -> None:
    """What the processes of ParallelChunks add up, which compares it with one of them alone."""
    parts = compute.chunks(10_000, 3)
    assert sum(map(compute.squares, parts)) == sum(number**2 for number in range(10_000))


def test_allocated_memory_is_there() -> None:
    """Eight bytes an element, each of which can be read."""
    numbers = compute.allocated(10_000)
    assert (len(numbers), numbers.itemsize) == (10_000, 8)
    numbers[2_000] = 3.0
    assert compute.sampled(numbers, 1_000) == 3.0


def test_only_the_collector_frees_cycles() -> None:
    """Two objects and two lists a pair; nothing is left for a second collection."""
    prepared = benchmarks.garbage_collection(500)
    measured = next(prepared)
    assert measured()["objects_collected"] == 2_000
    assert garbage.collect()[0] == 0
    prepared.close()


def test_no_request_is_faster_than_its_server() -> None:
    """The delay bounds every latency from below, and so the throughput from above."""
    prepared = benchmarks.network_latency(4, 5, delay_ms=20)
    found = next(prepared)()
    assert len(found["latency_ms"]) == 20
    assert min(found["latency_ms"]) >= 20
    assert found["throughput_requests_per_sec"] <= 5 / 0.020
    assert found["in_flight"] <= 5
    prepared.close()


def test_an_answer_that_is_none_fails() -> None:
    """A server that hangs up is no fast server."""

    async def hangs_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def ask() -> None:
        server = await asyncio.start_server(hangs_up, "127.0.0.1", 0)
        async with server:
            await asking.time_requests(server.sockets[0].getsockname()[1], 2, 1)

    with pytest.raises(ConnectionError):
        asyncio.run(ask())


def test_tasks_wait_for_each_other() -> None:
    """Latency of one in a crowd is more than its share of the time."""
    times = asyncio.run(asking.time_tasks(1_000))
    assert len(times) == 1_000
    assert median(times) > 100 * max(times) / 1_000


def test_every_write_arrives() -> None:
    """Two reads to a write, over fewer connections than threads."""
    prepared = benchmarks.database_pool(300, connections=2, threads=8)
    measured = next(prepared)
    for _ in range(2):
        found = measured()
        assert found["writes_arrived"] == (100, 100)
        assert len(found["latency_ms"]) == len(found["pool_wait_ms"]) == 300
    prepared.close()


def test_who_finds_no_connection_waits(tmp_path: Path) -> None:
    """Until another one gives its own back; what that took is told."""
    file = tmp_path / "entries.db"
    pool.fill(file, 10)
    waited: list[int] = []
    with closing(pool.ConnectionPool(file, 1)) as shared:
        asked = Event()

        def other() -> None:
            asked.set()
            with shared.connection() as (connection, waited_ns):
                waited.append(waited_ns)
                pool.write(connection, 3)

        with shared.connection() as (connection, at_once_ns):
            thread = Thread(target=other)
            thread.start()
            assert asked.wait(10)
            thread.join(0.05)
            assert thread.is_alive()
            assert pool.read(connection, 3) == 0
        thread.join()
        assert waited[0] > at_once_ns
    assert pool.written(file) == 1


def test_hits_are_a_matter_of_the_keys() -> None:
    """The same cache over ten times the keys; never better than one that knew them."""
    shares = {}
    for key_space in (2_000, 20_000):
        found = benchmarks.lru_cache(20_000, key_space, capacity=2_000)()
        hits, accesses = found["cache_hits"]
        shares[key_space] = hits / accesses
        assert shares[key_space] <= found["best_possible_hits_ratio"] + 0.02
    assert shares[2_000] > 0.85
    assert shares[20_000] < 0.75


def test_keys_are_as_hot_as_declared() -> None:
    """Seven tenths of the accesses go to a tenth of the keys."""
    asked = Counter(keys.asked_keys(50_000, 1_000, 0.1, 0.7))
    assert sum(asked[key] for key in range(100)) / 50_000 == pytest.approx(0.7, abs=0.01)
    assert max(asked) < 1_000


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    """By its digest, which a single wrong bit changes; its content does not compress well."""
    content = list(files.blocks(3))
    assert len(set(content)) == 3
    assert len(zlib.compress(content[0][:65_536], 1)) > 4_000
    path = tmp_path / "content"
    files.write(path, content, through=True)
    known, _ = files.read(path)
    with path.open("r+b") as file:
        file.seek(2_000_000)
        byte = file.read(1)
        file.seek(2_000_000)
        file.write(bytes([byte[0] ^ 1]))
    assert files.read(path)[0] != known


def test_the_state_of_the_cache_is_measured(tmp_path: Path) -> None:
    """All of it right after writing; less after forgetting, where the file system lets go."""
    path = tmp_path / "content"
    files.write(path, list(files.blocks(4)), through=True)
    assert files.cached_share(path) == 1
    files.forget(path)
    left = files.cached_share(path)
    if left == 1:
        pytest.skip("this file system keeps its files in memory")
    assert left < 0.5
    files.read(path)
    assert files.cached_share(path) == 1


def test_the_machine_is_read_from_the_kernel() -> None:
    """Flags are whole words; sizes are bytes."""
    assert hardware.logical_cores() == len(os.sched_getaffinity(0))
    assert not hardware.has_flag("no_such_flag")
    assert not hardware.has_flag("av")
    assert hardware.cache_bytes(9) == 0
    found = benchmarks.hardware_detection()()
    assert found["logical_cores"] >= 1


def test_the_rule_scales_up_and_down() -> None:
    """Only above one load and below another, and never beyond what there may be."""
    rule = scaling.Rule(most=3)
    said = list(scaling.decisions([100, 8_000, 8_000, 8_000, 5_000, 100, 100], rule))
    assert [one for one, _, _ in said] == [
        "maintain", "up", "up", "maintain", "maintain", "down", "down",
    ]  # fmt: skip
    assert [instances for _, instances, _ in said] == [1, 2, 3, 3, 3, 2, 1]
    assert all(served <= instances * rule.instance_rps for _, instances, served in said)
    assert benchmarks.auto_scaling(10)()["simulated_most_instances"] == 10
