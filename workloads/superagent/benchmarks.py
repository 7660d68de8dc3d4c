"""The measured callables of SuperAgent."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from time import perf_counter_ns

from observing import Observations, Prepared, Workload, per_second, to_ms

from superagent import costs, vectors
from superagent.complexity import estimate
from superagent.costs import CostLog, Use
from superagent.embedding import Vector, embed, embed_cached
from superagent.router import Router
from superagent.scribe import Scribe
from superagent.tasks import tasks
from superagent.vectors import Cells, VectorStore

ROUTER_THREADS = 20
QUERIES = 50
NEAREST = 10


def router_load(decisions: int, cache_entries: int) -> Prepared:
    """Decisions that twenty threads ask for, a third of them on tasks that came before."""
    asked = [*tasks(decisions * 2 // 3), *tasks(decisions - decisions * 2 // 3)]
    with ThreadPoolExecutor(ROUTER_THREADS, thread_name_prefix="asking") as pool:

        def measured() -> Observations:
            router = Router(cache_entries)
            started_ns = perf_counter_ns()
            times_ns = list(pool.map(_timing(router.route), asked))
            elapsed_ns = perf_counter_ns() - started_ns
            return {
                "latency_ms": to_ms(times_ns),
                "throughput_decisions_per_sec": per_second(decisions, elapsed_ns),
                "decided": (router.decided, decisions),
                "cache_hits": (router.hits, decisions),
            }

        yield measured


def complexity_estimation(estimations: int) -> Workload:
    """Estimations one after the other, each timed by itself and all of them as a loop."""
    asked = tasks(estimations)

    def measured() -> Observations:
        times_ns = [_timing(estimate)(task) for task in asked]
        started_ns = perf_counter_ns()
        for task in asked:
            estimate(task)
        elapsed_ns = perf_counter_ns() - started_ns
        return {
            "latency_ms": to_ms(times_ns),
            "throughput_estimations_per_sec": per_second(estimations, elapsed_ns),
        }

    return measured


def scribe_writing(concurrent: int, cached: bool) -> Prepared:
    """Tests written for ten tasks, by one thread or by several at once."""
    scribe = Scribe(embed_cached if cached else embed)
    asked = tasks(10)
    with ThreadPoolExecutor(concurrent, thread_name_prefix="writing") as pool:

        def measured() -> Observations:
            started_ns = perf_counter_ns()
            times_ns = list(pool.map(_timing(scribe.write), asked))
            elapsed_ns = perf_counter_ns() - started_ns
            return {
                "latency_ms": to_ms(times_ns),
                "throughput_tests_per_sec": per_second(len(asked), elapsed_ns),
                "in_flight": sum(times_ns) / elapsed_ns,
            }

        yield measured


def vector_writes(texts: int, threads: int) -> Prepared:
    """Texts embedded and stored by several threads, each then found again."""
    asked = tasks(texts)
    with ThreadPoolExecutor(threads, thread_name_prefix="storing") as pool:

        def measured() -> Observations:
            store = VectorStore()

            def keep(text: str) -> None:
                store.add(text, embed(text))

            started_ns = perf_counter_ns()
            times_ns = list(pool.map(_timing(keep), asked))
            elapsed_ns = perf_counter_ns() - started_ns
            found = sum(store.nearest(embed(text), 1) == [text] for text in asked)
            return {
                "latency_ms": to_ms(times_ns),
                "throughput_texts_per_sec": per_second(texts, elapsed_ns),
                "found_again": (found, texts),
            }

        yield measured


def vector_search(stored: int, looked_into: int) -> Workload:
    """The ten nearest of clustered vectors: compared with all, or looked up in a few cells."""
    rows = vectors.clustered(stored + QUERIES, clusters=100)
    kept, asked = rows[:stored], rows[stored:]
    exact = [vectors.nearest(kept, one, NEAREST) for one in asked]
    cells = Cells(kept, cells=64) if looked_into else None

    def search(query: Vector) -> vectors.Places:
        if cells is None:
            return vectors.nearest(kept, query, NEAREST)
        return cells.nearest(query, NEAREST, looked_into)

    def measured() -> Observations:
        times_ns, found = [], []
        for query in asked:
            started_ns = perf_counter_ns()
            found.append(search(query))
            times_ns.append(perf_counter_ns() - started_ns)
        return {
            "latency_ms": to_ms(times_ns),
            "recall": vectors.recall(found, exact),
            "throughput_queries_per_sec": per_second(len(asked), sum(times_ns)),
        }

    return measured


def cost_logging(operations: int, threads: int, buffered: int) -> Prepared:
    """Uses logged by several threads, then read back and added up."""
    uses = [
        Use(f"agent-{number % 7}", ("small", "medium", "large")[number % 3], number, 3 * number)
        for number in range(operations)
    ]
    true = costs.totals(iter(uses))
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(threads, thread_name_prefix="logging") as pool,
    ):
        file = Path(folder) / "costs"

        def measured() -> Observations:
            file.unlink(missing_ok=True)
            started_ns = perf_counter_ns()
            with CostLog(file, buffered) as log:
                times_ns = list(pool.map(_timing(log.log), uses))
            elapsed_ns = perf_counter_ns() - started_ns
            kept = list(costs.read(file))
            return {
                "latency_ms": to_ms(times_ns),
                "throughput_operations_per_sec": per_second(operations, elapsed_ns),
                "entries_kept": (len(kept), operations),
                "error_usd": float(_largest_error(costs.totals(iter(kept)), true)),
            }

        yield measured


def _largest_error(
    found: dict[tuple[str, str], Decimal], true: dict[tuple[str, str], Decimal]
) -> Decimal:
    """Of any agent and model; what is missing counts in full."""
    keys: Iterable[tuple[str, str]] = {*found, *true}
    zero = Decimal(0)
    return max(abs(found.get(key, zero) - true.get(key, zero)) for key in keys)


def _timing(call: Callable[[str], object] | Callable[[Use], object]) -> Callable[..., int]:
    """The call, giving the nanoseconds that it took."""

    def timed(argument: object) -> int:
        started_ns = perf_counter_ns()
        call(argument)  # type: ignore[arg-type]  # whoever maps it knows what it takes
        return perf_counter_ns() - started_ns

    return timed
