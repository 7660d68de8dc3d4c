"""Which suites a command speaks of."""

from __future__ import annotations

import difflib
import shlex
from pathlib import Path

from perf_pipeline.errors import PerfError
from perf_pipeline.home import Home, find_home
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


def suite_option(name: str) -> str:
    """What a printed command needs to speak of a suite from any folder; nothing if it is alone."""
    alone = len(registered_roots(find_home())) == 1
    return "" if alone else f" --suite {shlex.quote(name)}"


def is_of(root: Path, folder: Path) -> bool:
    """Whether a folder lies in a suite, or in the checkout that the suite is a part of."""
    inside = folder.is_relative_to(root)
    checkout = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
    return inside or folder.is_relative_to(checkout)


def choose_suite(home: Home, name: str) -> Suite:
    """The registered suite of that name; without a name the only one, or that of this folder.

    Raises:
        PerfError: No such suite, or several and none named.
    """
    suites = {suite.name: suite for suite in map(read, registered_roots(home))}
    here = [suite for suite in suites.values() if is_of(suite.root, Path.cwd())]
    if not name and (len(suites) == 1 or len(here) == 1):
        return next(iter(here or suites.values()))
    known = ", ".join(suites)
    if not name:
        raise PerfError(
            f"{len(suites)} suites are registered: {known}.",
            why="None of them, or more than one, belongs to this folder." if suites else "",
            todo="Name one: --suite NAME",
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
