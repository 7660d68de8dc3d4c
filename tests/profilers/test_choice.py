"""Profilers are found by name."""

from __future__ import annotations

import pytest

from perf_pipeline.profilers.choice import (
    PROFILERS,
    UnknownProfilerError,
    find_profiler,
    profiler_names,
)


def test_each_is_found_and_here() -> None:
    """The names of the suites' schema, the default first, all installed with us."""
    assert profiler_names() == ("py-spy", "cprofile", "memory_profiler")
    for profiler in PROFILERS:
        assert find_profiler(profiler.name) is profiler
        assert profiler.availability().ok


@pytest.mark.parametrize(
    ("name", "hint"),
    [("pyspy", "did you mean py-spy?"), ("cProfile", "did you mean cprofile?")],
)
def test_near_names_are_suggested(name: str, hint: str) -> None:
    """A misspelt name is answered with the near one."""
    with pytest.raises(UnknownProfilerError, match=hint.replace("?", r"\?")):
        find_profiler(name)


def test_unknown_name_lists_all() -> None:
    """A name like no other gets the whole list and no guess."""
    with pytest.raises(UnknownProfilerError) as caught:
        find_profiler("xyz")
    expected = "no profiler is called 'xyz' (there are: py-spy, cprofile, memory_profiler)"
    assert str(caught.value) == expected
