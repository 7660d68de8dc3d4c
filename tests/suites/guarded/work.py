"""A workload that nobody may look into."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

PR_SET_DUMPABLE = 4


def guarded() -> Callable[[], None]:
    """A little arithmetic in a process that is closed to tracers."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    return lambda: list(range(1000)).clear()
