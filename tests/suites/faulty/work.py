"""A workload that works, and one that does not."""

from __future__ import annotations

from collections.abc import Callable


def works() -> Callable[[], None]:
    """A little arithmetic."""
    return lambda: list(range(1000)).clear()


def fails() -> Callable[[], None]:
    """Raises in every call."""

    def measured() -> None:
        raise RuntimeError("the shelf is empty")

    return measured
