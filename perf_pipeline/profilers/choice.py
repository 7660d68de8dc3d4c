"""Which profilers there are, by name."""

from __future__ import annotations

import difflib

from perf_pipeline.profilers.base import Profiler
from perf_pipeline.profilers.cprofile import CProfile
from perf_pipeline.profilers.memory import MemoryProfiler
from perf_pipeline.profilers.py_spy import PySpy

PROFILERS: tuple[Profiler, ...] = (PySpy(), CProfile(), MemoryProfiler())
"""A new profiler is a file beside this one and a word here; the first is the default."""


class UnknownProfilerError(ValueError):
    """A benchmark names a profiler that does not exist."""


def profiler_names() -> tuple[str, ...]:
    """The names a benchmark may use, the default first."""
    return tuple(profiler.name for profiler in PROFILERS)


def find_profiler(name: str) -> Profiler:
    """The profiler of that name.

    Raises:
        UnknownProfilerError: With the names there are, and the near ones.
    """
    for profiler in PROFILERS:
        if profiler.name == name:
            return profiler
    near = difflib.get_close_matches(name, profiler_names(), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    known = ", ".join(profiler_names())
    raise UnknownProfilerError(f"no profiler is called {name!r}{hint} (there are: {known})")
