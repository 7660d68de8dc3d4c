"""What travels through the collective, and who may watch it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of every task; `work` takes the payload and returns the next one."""

    name: str
    work: Callable[[bytes], bytes]


@dataclass(slots=True)
class Task:
    """A payload on its way through the stages; times are from `perf_counter_ns`."""

    number: int
    payload: bytes
    submitted_ns: int
    sent_ns: int
    stage: int = 0
    hops_ns: list[int] = field(default_factory=list)
    finished_ns: int = 0
    error: Exception | None = None

    @property
    def latency_ns(self) -> int:
        """From submission to the end of its last stage."""
        return self.finished_ns - self.submitted_ns


@dataclass(frozen=True, slots=True)
class StageRun:
    """One stage of one task at one agent: sent to it, begun, ended."""

    name: str
    agent: str
    sent_ns: int
    started_ns: int
    ended_ns: int


class Observer(Protocol):
    """Told of every task; called by the agents' threads, by several at once."""

    def submitted(self, task: Task, /) -> None:
        """A task has been submitted and not yet been sent to an agent."""

    def ran(self, task: Task, run: StageRun, /) -> None:
        """A stage of it has ended, well or with `task.error`."""

    def finished(self, task: Task, /) -> None:
        """It has left the collective."""
