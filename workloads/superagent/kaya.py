"""Kaya sees a task through: routed, written, stored, paid for; each part is timed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns
from typing import TypeVar

from observing import Observations, Prepared, per_second, to_ms

from superagent.costs import CostLog, Use
from superagent.embedding import embed
from superagent.router import Router
from superagent.scribe import Scribe
from superagent.tasks import tasks
from superagent.vectors import VectorStore

Result = TypeVar("Result")
PARTS = ("router", "scribe", "store", "costs")


class Kaya:
    """Hands a task from part to part, and notes what each of them took."""

    def __init__(self, log: CostLog) -> None:
        """With parts of its own."""
        self._router = Router()
        self._scribe = Scribe()
        self.store = VectorStore()
        self._log = log
        self.taken_ns: dict[str, list[int]] = {part: [] for part in PARTS}

    def see_through(self, task: str) -> str:
        """The test that was written for a task."""
        decision = self._noting("router", lambda: self._router.route(task))
        source = self._noting("scribe", lambda: self._scribe.write(task))
        self._noting("store", lambda: self.store.add(source, embed(source)))
        use = Use(decision.agent, decision.model, len(task), len(source))
        self._noting("costs", lambda: self._log.log(use))
        return source

    def _noting(self, part: str, act: Callable[[], Result]) -> Result:
        started_ns = perf_counter_ns()
        result = act()
        self.taken_ns[part].append(perf_counter_ns() - started_ns)
        return result


def orchestration(count: int) -> Prepared:
    """Tasks seen through one after the other."""
    asked = tasks(count)
    with tempfile.TemporaryDirectory() as folder:

        def measured() -> Observations:
            with CostLog(Path(folder) / "costs", buffered=10) as log:
                kaya = Kaya(log)
                times_ns = []
                for task in asked:
                    started_ns = perf_counter_ns()
                    kaya.see_through(task)
                    times_ns.append(perf_counter_ns() - started_ns)
            parts: Observations = {
                f"{part}_ms": to_ms(taken) for part, taken in kaya.taken_ns.items()
            }
            noted = sum(map(sum, kaya.taken_ns.values()))
            return {
                **parts,
                "task_ms": to_ms(times_ns),
                "stored": (len(kaya.store), count),
                "throughput_tasks_per_sec": per_second(count, sum(times_ns)),
                "unexplained_percent": 100 * (1 - noted / sum(times_ns)),
            }

        yield measured
