"""Which suites a command speaks of."""

from __future__ import annotations

import difflib
from pathlib import Path

from perf_pipeline.errors import PerfError
from perf_pipeline.home import Home
from perf_pipeline.suite.benchmark import Suite


def read(root: Path) -> Suite:
    """The suite in a folder.

    Raises:
        SuiteError: There is none, or its `suite.yaml` has faults.
    """
    from perf_pipeline.suite.read import read_suite

    return read_suite(root)


def registered_roots(home: Home) -> tuple[Path, ...]:
    """The folders of the registered suites."""
    from perf_pipeline.suite.registry import registered

    return registered(home)


def choose_suites(home: Home, name: str) -> list[Suite]:
    """The registered suite of that name; without a name all of them."""
    return [choose_suite(home, name)] if name else [read(root) for root in registered_roots(home)]


def choose_suite(home: Home, name: str) -> Suite:
    """The registered suite of that name; without a name the only one.

    Raises:
        PerfError: No such suite, or several and none named.
    """
    suites = {suite.name: suite for suite in map(read, registered_roots(home))}
    if not name and len(suites) == 1:
        return next(iter(suites.values()))
    known = ", ".join(suites)
    if not name:
        raise PerfError(
            f"{len(suites)} suites are registered: {known}.", todo="Name one: --suite NAME"
        )
    if name not in suites:
        near = difflib.get_close_matches(name, suites, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise PerfError(
            f"There is no suite {name!r}.{hint}",
            why=f"Registered: {known}.",
            todo="Register it: perf-pipeline suite add DIR",
        )
    return suites[name]
