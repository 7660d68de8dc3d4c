"""One agent: a thread with an inbox."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import perf_counter_ns

from agents.task import Task


class Agent:
    """Works off its inbox in the order of arrival, until told to stop.

    `busy_ns` is the time spent in stages, waiting for locks and for other services included;
    `perform` adds to it, on the agent's own thread.
    """

    def __init__(self, name: str, perform: Callable[[Agent, Task], None]) -> None:
        """Start the thread; `perform` is called for every task and must not raise."""
        self.name = name
        self.busy_ns = 0
        self._perform = perform
        self._inbox: SimpleQueue[Task | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def depth(self) -> int:
        """Tasks that wait in the inbox now."""
        return self._inbox.qsize()

    def send(self, task: Task) -> None:
        """Put a task into the inbox."""
        task.sent_ns = perf_counter_ns()
        self._inbox.put(task)

    def stop(self) -> None:
        """Work off what waits, then end the thread."""
        self._inbox.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (task := self._inbox.get()) is not None:
            self._perform(self, task)
