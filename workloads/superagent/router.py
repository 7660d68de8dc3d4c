"""Which agent answers a task, and with which model."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from sigma_vault.lru import LruCache

from superagent.complexity import Level, estimate

MODELS = {Level.LOW: "small", Level.MEDIUM: "medium", Level.HIGH: "large"}
AGENTS = (("test", "scribe"), ("debug", "medic"), ("why", "medic"), ("migrate", "runner"))
DEFAULT_AGENT = "kaya"


@dataclass(frozen=True)
class Decision:
    """Who answers."""

    agent: str
    model: str


class Router:
    """Decides, and counts its decisions; any number of threads may ask.

    With `cache_entries` the decision on a task that was seen lately is remembered.
    """

    def __init__(self, cache_entries: int = 0) -> None:
        """Nothing is decided yet."""
        self._cache = LruCache[str, Decision](cache_entries) if cache_entries else None
        self._lock = Lock()
        self._counts: dict[Decision, int] = {}

    def route(self, task: str) -> Decision:
        """The decision on a task."""
        known = self._remembered(task)
        decision = known or _decide(task)
        with self._lock:
            self._counts[decision] = self._counts.get(decision, 0) + 1
            if self._cache is not None and known is None:
                self._cache.put(task, decision)
        return decision

    def _remembered(self, task: str) -> Decision | None:
        if self._cache is None:
            return None
        with self._lock:
            return self._cache.get(task)

    @property
    def decided(self) -> int:
        """How many decisions were made."""
        with self._lock:
            return sum(self._counts.values())

    @property
    def hits(self) -> int:
        """How many of them were remembered."""
        return self._cache.hits if self._cache is not None else 0


def _decide(task: str) -> Decision:
    lowered = task.lower()
    agent = next((name for word, name in AGENTS if word in lowered), DEFAULT_AGENT)
    return Decision(agent, MODELS[estimate(task).level])
