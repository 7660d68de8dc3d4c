"""The programs around a measurement: interpreters, Dagster's home, what benchmarks ask for."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator

from jobs.cli.choose import read, registered_roots
from jobs.cli.diagnosis.finding import Finding, note
from perf_pipeline.bootstrap import DAGSTER_FILE
from perf_pipeline.errors import PerfError
from perf_pipeline.home import CHECKOUT, Home
from perf_pipeline.suite.benchmark import Suite

VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
"""What a worker runs on."""
NAMED = 3


def findings(home: Home) -> Iterator[Finding]:
    """Interpreters, Dagster's home and every registered suite."""
    yield _interpreters()
    yield _dagster(home)
    for root in registered_roots(home):
        try:
            yield _suite(read(root))
        except PerfError as error:
            yield note("suite", str(root), str(error))


def _interpreters() -> Finding:
    from perf_pipeline.suite.interpreter import find_python

    others = [version for version in VERSIONS if shutil.which(find_python(version, CHECKOUT))]
    found = f"{platform.python_version()}; a benchmark can name {', '.join(others) or 'no other'}"
    return Finding("Python", found)


def _dagster(home: Home) -> Finding:
    file = home.dagster / DAGSTER_FILE
    if not file.exists():
        means = "It is made by the next run; for a bare `dagster dev` type: make install"
        return note("Dagster home", f"{file} is missing", means)
    other = os.environ.get("DAGSTER_HOME", "")
    if other and other != str(home.dagster):
        means = f"Runs started by dagster itself are kept there and not in {home.dagster}."
        return note("Dagster home", f"DAGSTER_HOME is {other}", means)
    return Finding("Dagster home", str(home.dagster))


def _suite(suite: Suite) -> Finding:
    from perf_pipeline.measure.requires import why_not

    topic = f"suite {suite.name}"
    reasons = {one.name: reason for one in suite.benchmarks if (reason := why_not(one))}
    reasons |= {one.name: one.fault for one in suite.invalid}
    total = len(suite.benchmarks) + len(suite.invalid)
    if not reasons:
        return Finding(topic, f"{total} benchmarks, all they ask for is here")
    first = "; ".join(f"{name}: {reason}" for name, reason in list(reasons.items())[:NAMED])
    more = f"; and {len(reasons) - NAMED} more" if len(reasons) > NAMED else ""
    return note(topic, f"{len(reasons)} of {total} benchmarks cannot be measured", first + more)
