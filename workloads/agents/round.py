"""What became of a number of tasks, and what that says about the collective."""

from __future__ import annotations

from dataclasses import dataclass

from observing import Observations, per_second, resident_bytes, to_ms

from agents.task import Task


@dataclass(frozen=True, slots=True)
class Round:
    """What became of the tasks of one round; depths are tasks waiting after each sending."""

    tasks: tuple[Task, ...]
    depths: list[float]
    busy_ns: int
    elapsed_ns: int
    agents: int

    @property
    def succeeded(self) -> int:
        """Tasks that ended without an error."""
        return sum(task.error is None for task in self.tasks)

    @property
    def utilisation_percent(self) -> float:
        """Share of the agents' time that was spent in stages."""
        return 100 * self.busy_ns / (self.elapsed_ns * self.agents)

    @property
    def latencies_ns(self) -> list[int]:
        """Latency of each task that succeeded."""
        return [task.latency_ns for task in self.tasks if task.error is None]

    @property
    def hops_ns(self) -> list[int]:
        """Time from one agent's sending to the next one's beginning, for every hand-over."""
        return [hop_ns for task in self.tasks for hop_ns in task.hops_ns]

    def observations(self) -> Observations:
        """The metrics of the collective, whatever its tasks were about.

        Raises:
            RuntimeError: No task succeeded, so there is nothing to measure.
        """
        if not self.succeeded:
            error = self.tasks[0].error
            raise RuntimeError(f"none of {len(self.tasks)} tasks succeeded: {error}") from error
        return {
            "task_latency_ms": to_ms(self.latencies_ns),
            "cross_agent_latency_ms": to_ms(self.hops_ns),
            "queue_depth": self.depths,
            "utilisation_percent": self.utilisation_percent,
            "throughput_tasks_per_sec": per_second(self.succeeded, self.elapsed_ns),
            "tasks_succeeded": (self.succeeded, len(self.tasks)),
            "memory_per_agent_bytes": resident_bytes() / self.agents,
        }
