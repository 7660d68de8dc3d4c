"""The collective: tasks go from agent to agent, stage by stage."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from time import perf_counter_ns

from observing import Journal

from agents.agent import Agent
from agents.round import Round
from agents.task import Observer, Stage, StageRun, Task

PATIENCE_S = 60.0
"""How long a round waits for a task before it says that one is lost."""


class Collective:
    """A fixed number of agents; the next stage of a task is always done by the next agent.

    One thread at a time may run rounds.
    """

    def __init__(
        self, stages: Sequence[Stage], agents: int, observers: Sequence[Observer] = ()
    ) -> None:
        """Start the agents; they work until `close`."""
        self._stages = tuple(stages)
        self._observers = tuple(observers)
        self._depths = Journal()
        self._room = threading.Semaphore(0)
        self._submitted = 0
        self._agents = [Agent(f"agent-{number}", self._perform) for number in range(agents)]

    def run(self, payloads: Sequence[bytes], in_flight: int) -> Round:
        """Bring all payloads through, at most `in_flight` of them under way at once."""
        busy_ns, started_ns = self._busy_ns(), perf_counter_ns()
        self._room.release(in_flight)
        tasks = tuple(self._submit(payload) for payload in payloads)
        for _ in range(in_flight):
            self._wait_for_room()
        return Round(
            tasks=tasks,
            depths=self._depths.take(),
            elapsed_ns=perf_counter_ns() - started_ns,
            busy_ns=self._busy_ns() - busy_ns,
            agents=len(self._agents),
        )

    def close(self) -> None:
        """Stop all agents."""
        for agent in self._agents:
            agent.stop()

    def _submit(self, payload: bytes) -> Task:
        self._wait_for_room()
        now_ns = perf_counter_ns()
        task = Task(self._submitted, payload, submitted_ns=now_ns, sent_ns=now_ns)
        self._submitted += 1
        for observer in self._observers:
            observer.submitted(task)
        self._send(task)
        return task

    def _send(self, task: Task) -> None:
        agent = self._agents[(task.number + task.stage) % len(self._agents)]
        agent.send(task)
        self._depths.note(sum(agent.depth for agent in self._agents))

    def _perform(self, agent: Agent, task: Task) -> None:
        """Do the stage a task is at, then hand it over or let it go."""
        started_ns = perf_counter_ns()
        stage = self._stages[task.stage]
        if task.stage:
            task.hops_ns.append(started_ns - task.sent_ns)
        try:
            task.payload = stage.work(task.payload)
        except Exception as error:  # noqa: BLE001 - a task may fail, the agent goes on
            task.error = error
        run = StageRun(stage.name, agent.name, task.sent_ns, started_ns, perf_counter_ns())
        agent.busy_ns += run.ended_ns - run.started_ns
        for observer in self._observers:
            observer.ran(task, run)
        task.stage += 1
        if task.error is None and task.stage < len(self._stages):
            self._send(task)
        else:
            self._finish(task)

    def _finish(self, task: Task) -> None:
        task.finished_ns = perf_counter_ns()
        for observer in self._observers:
            observer.finished(task)
        self._room.release()

    def _wait_for_room(self) -> None:
        if not self._room.acquire(timeout=PATIENCE_S):
            raise TimeoutError(f"no task ended within {PATIENCE_S:g} s: one is lost or hangs")

    def _busy_ns(self) -> int:
        return sum(agent.busy_ns for agent in self._agents)
