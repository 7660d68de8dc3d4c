"""What a server admits: so many requests a second of a key, so many answers at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic


class PoolFullError(Exception):
    """All places are taken."""


class Pool:
    """Places for answers that are being made; who finds none is told at once."""

    def __init__(self, places: int) -> None:
        """All places are free."""
        self.places = places
        self.taken = 0
        self.refused = 0
        self._lock = Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for a while.

        Raises:
            PoolFullError: There is none.
        """
        with self._lock:
            if self.taken >= self.places:
                self.refused += 1
                raise PoolFullError
            self.taken += 1
        try:
            yield
        finally:
            with self._lock:
                self.taken -= 1


class RateLimit:
    """A bucket of tokens for each key, refilled by the clock (Turner 1986)."""

    def __init__(self, per_second: float, burst: int) -> None:
        """All buckets are full."""
        self._per_second = per_second
        self._burst = burst
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def admits(self, key: str) -> bool:
        """Take a token, if there is one."""
        now_s = monotonic()
        with self._lock:
            tokens, filled_s = self._buckets.get(key, (float(self._burst), now_s))
            tokens = min(self._burst, tokens + (now_s - filled_s) * self._per_second)
            admitted = tokens >= 1
            self._buckets[key] = (tokens - admitted, now_s)
        return admitted
