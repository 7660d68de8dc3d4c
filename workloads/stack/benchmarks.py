"""The measured callables of the stack."""

from __future__ import annotations

import asyncio
import gc
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import chain
from pathlib import Path
from time import perf_counter_ns

from observing import Observations, Prepared, Workload, per_second, to_ms
from sigma_vault.lru import LruCache

from stack import asking, compute, files, garbage, hardware, pool, scaling
from stack.keys import asked_keys, best_hit_share

PHASES_RPS = (100, 1_000, 5_000, 10_000, 1_000)
READS_PER_WRITE = 2


def cpu_loop(iterations: int) -> Workload:
    """Square roots and remainders; iterations are no requests, and are never called so."""

    def measured() -> Observations:
        started_ns = perf_counter_ns()
        compute.roots(0, iterations)
        elapsed_ns = perf_counter_ns() - started_ns
        return {"throughput_iterations_per_sec": per_second(iterations, elapsed_ns)}

    return measured


def memory_allocation(elements: int) -> Workload:
    """A block of numbers, then the sum of every thousandth of them."""

    def measured() -> Observations:
        started_ns = perf_counter_ns()
        numbers = compute.allocated(elements)
        allocated_ns = perf_counter_ns()
        compute.sampled(numbers, 1_000)
        sampled_ns = perf_counter_ns()
        return {
            "allocation_ms": (allocated_ns - started_ns) / 1e6,
            "sampled_access_ms": (sampled_ns - allocated_ns) / 1e6,
            "throughput_elements_per_sec": per_second(elements, allocated_ns - started_ns),
        }

    return measured


def parallel_chunks(elements: int, workers: int) -> Prepared:
    """The same sum by one process and by several that are up already."""
    with compute.started_workers(workers) as workers_pool:

        def measured() -> Observations:
            started_ns = perf_counter_ns()
            total = sum(workers_pool.map(compute.squares, compute.chunks(elements, workers)))
            parallel_ns = perf_counter_ns() - started_ns
            started_ns = perf_counter_ns()
            alone = compute.squares((0, elements))
            serial_ns = perf_counter_ns() - started_ns
            if total != alone:
                raise ValueError(f"{workers} workers summed {total}, one {alone}")
            return {
                "throughput_elements_per_sec": per_second(elements, parallel_ns),
                "speedup_ratio": serial_ns / parallel_ns,
                "efficiency_ratio": serial_ns / parallel_ns / workers,
            }

        yield measured


def concurrent_tasks(tasks: int) -> Workload:
    """Tasks that are all asked for at once; each has a latency of its own."""

    def measured() -> Observations:
        started_ns = perf_counter_ns()
        times_ns = asyncio.run(asking.time_tasks(tasks))
        elapsed_ns = perf_counter_ns() - started_ns
        return {
            "latency_ms": to_ms(times_ns),
            "throughput_tasks_per_sec": per_second(tasks, elapsed_ns),
        }

    return measured


def network_latency(requests_each: int, connections: int, delay_ms: float) -> Prepared:
    """Requests to a server on this machine that takes its time to answer."""
    with asking.slow_server(delay_ms / 1000) as port:
        count = requests_each * connections

        def measured() -> Observations:
            started_ns = perf_counter_ns()
            times_ns = asyncio.run(asking.time_requests(port, count, connections))
            elapsed_ns = perf_counter_ns() - started_ns
            return {
                "latency_ms": to_ms(times_ns),
                "throughput_requests_per_sec": per_second(count, elapsed_ns),
                "in_flight": sum(times_ns) / elapsed_ns,
            }

        yield measured


def database_pool(operations: int, connections: int, threads: int) -> Prepared:
    """Reads and writes, two to one, by threads that share connections to SQLite."""
    keys = 1_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "entries.db"
        pool.fill(file, keys)
        with (
            closing(pool.ConnectionPool(file, connections)) as shared,
            ThreadPoolExecutor(threads, thread_name_prefix="client") as clients,
        ):

            def operate(number: int) -> tuple[int, int]:
                started_ns = perf_counter_ns()
                with shared.connection() as (connection, waited_ns):
                    if number % (READS_PER_WRITE + 1):
                        pool.read(connection, number * 7 % keys)
                    else:
                        pool.write(connection, number * 7 % keys)
                return perf_counter_ns() - started_ns, waited_ns

            def measured() -> Observations:
                before = pool.written(file)
                started_ns = perf_counter_ns()
                times = list(clients.map(operate, range(operations)))
                elapsed_ns = perf_counter_ns() - started_ns
                arrived = pool.written(file) - before
                return {
                    "latency_ms": to_ms(time_ns for time_ns, _ in times),
                    "pool_wait_ms": to_ms(waited_ns for _, waited_ns in times),
                    "throughput_operations_per_sec": per_second(operations, elapsed_ns),
                    "writes_arrived": (arrived, -(-operations // (READS_PER_WRITE + 1))),
                }

            yield measured


def lru_cache(accesses: int, key_space: int, capacity: int) -> Workload:
    """A cache asked for keys of which a tenth get seven tenths of the accesses."""
    hot_share, hot_accesses = 0.1, 0.7
    keys = asked_keys(accesses, key_space, hot_share, hot_accesses)
    best = best_hit_share(key_space, hot_share, hot_accesses, capacity)

    def measured() -> Observations:
        cache = LruCache[int, int](capacity)
        started_ns = perf_counter_ns()
        for key in keys:
            if cache.get(key) is None:
                cache.put(key, key + 1)
        elapsed_ns = perf_counter_ns() - started_ns
        return {
            "cache_hits": (cache.hits, accesses),
            "best_possible_hits_ratio": best,
            "throughput_accesses_per_sec": per_second(accesses, elapsed_ns),
        }

    return measured


def garbage_collection(pairs: int) -> Prepared:
    """Pairs of objects that hold each other, made and then collected at once."""
    gc.disable()
    try:
        gc.collect()

        def measured() -> Observations:
            started_ns = perf_counter_ns()
            garbage.make_cycles(pairs)
            made_ns = perf_counter_ns() - started_ns
            found, pause_ns = garbage.collect()
            return {
                "throughput_objects_per_sec": per_second(2 * pairs, made_ns + pause_ns),
                "collection_pause_ms": pause_ns / 1e6,
                "objects_collected": found,
            }

        yield measured
    finally:
        gc.enable()


def file_transfer(megabytes: int) -> Prepared:
    """A file written to the page cache and through to the disk, read from both, and verified."""
    content = list(files.blocks(megabytes))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "content"
        files.write(path, content, through=False)
        known, _ = files.read(path)

        def measured() -> Observations:
            cached_write_ns = files.write(path, content, through=False)
            through_ns = files.write(path, content, through=True)
            warm, warm_ns = files.read(path)
            files.forget(path)
            still_cached = files.cached_share(path)
            cold, cold_ns = files.read(path)
            return {
                "write_to_cache_mb_per_sec": per_second(megabytes, cached_write_ns),
                "write_through_mb_per_sec": per_second(megabytes, through_ns),
                "read_from_cache_mb_per_sec": per_second(megabytes, warm_ns),
                "read_after_forgetting_mb_per_sec": per_second(megabytes, cold_ns),
                "still_cached_percent": 100 * still_cached,
                "intact_reads": ((warm == known) + (cold == known), 2),
            }

        yield measured


def hardware_detection() -> Workload:
    """What the kernel tells of the processor."""

    def measured() -> Observations:
        return {
            "logical_cores": hardware.logical_cores(),
            "avx2": int(hardware.has_flag("avx2")),
            "fma": int(hardware.has_flag("fma")),
            "l3_cache_bytes": hardware.cache_bytes(3),
        }

    return measured


def auto_scaling(seconds_a_phase: int) -> Workload:
    """A rule of scaling over five phases of load; simulated, no request is sent."""
    phases = list(chain.from_iterable([load] * seconds_a_phase for load in PHASES_RPS))

    def measured() -> Observations:
        steps = list(scaling.decisions(phases, scaling.Rule()))
        return {
            "simulated_most_instances": max(instances for _, instances, _ in steps),
            "simulated_scale_ups": sum(said == "up" for said, _, _ in steps),
            "simulated_unserved_percent": 100
            * (1 - sum(served for *_, served in steps) / sum(phases)),
        }

    return measured
