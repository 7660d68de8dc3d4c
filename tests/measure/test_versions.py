"""The worker runs under any Python from 3.8."""

from __future__ import annotations

from pathlib import Path

import pytest

from perf_pipeline.model import TrialStatus
from tests.measure.builders import calls, other_pythons, run, timed


@pytest.mark.parametrize(("version", "path"), other_pythons().items())
def test_the_worker_runs_under(version: str, path: str) -> None:
    """A trial under this Python brings values, metrics and counters."""
    if not path:
        pytest.skip(f"no Python {version} on this machine")
    outcome = run(calls("clocks:reports_versions", python=Path(path)))
    assert (outcome.status, outcome.message) == (TrialStatus.OK, "")
    assert outcome.interpreter.startswith(f"{version}.")
    assert set(timed(outcome, "minor")) == {float(version.split(".")[1])}
    assert set(outcome.series["hits"].attempts) == {4.0}
    assert outcome.counters["cpu_ns"] > 0
    assert outcome.counters["peak_rss_bytes"] > 1 << 20


@pytest.mark.parametrize(("version", "path"), other_pythons().items())
def test_errors_are_told_under(version: str, path: str) -> None:
    """A failure under this Python has its message and its traceback."""
    if not path:
        pytest.skip(f"no Python {version} on this machine")
    outcome = run(calls("faults:raises", python=Path(path)))
    assert outcome.message == "in step: ValueError: no such luck"
    assert "faults.py" in outcome.log_tail
