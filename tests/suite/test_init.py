"""A suite written by init reads without faults, and what it measures runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.request import Draw, TrialRequest
from perf_pipeline.measure.trial import run_trial
from perf_pipeline.model import TrialStatus
from perf_pipeline.suite.benchmark import BudgetName, Suite
from perf_pipeline.suite.errors import SuiteError
from perf_pipeline.suite.init import KINDS, create, suite_name
from perf_pipeline.suite.read import read_suite


def created(folder: Path, kind: str) -> Suite:
    """A new suite, read."""
    files = create(folder, kind)
    assert sorted(folder.iterdir()) == sorted(files)
    suite = read_suite(folder)
    assert suite.faults == ()
    return suite


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_suite_has_no_faults(tmp_path: Path, kind: str) -> None:
    """It bears the folder's name and one benchmark."""
    suite = created(tmp_path / "my-new suite", kind)
    assert suite.name == "my_new_suite"
    assert len(suite.benchmarks) == 1


def measured(suite: Suite, duration_s: float) -> Outcome:
    """One trial of the last case of the only benchmark."""
    (benchmark,) = suite.benchmarks
    quick = benchmark.budget(BudgetName.QUICK)
    case = benchmark.record.cases[-1]
    return run_trial(
        TrialRequest(benchmark, case, Draw(1, 0, 1), 2, 1, duration_s, quick.timeout_s)
    )


@pytest.mark.parametrize("kind", ["library", "command"])
def test_a_new_suite_is_measured(tmp_path: Path, kind: str) -> None:
    """It runs as it stands, and its target speaks of what is measured."""
    suite = created(tmp_path / "new", kind)
    outcome = measured(suite, 0)
    assert (outcome.status, outcome.message) == (TrialStatus.OK, "")
    assert {target.metric for target in suite.benchmarks[0].record.targets} <= set(outcome.series)


def test_a_new_service_answers(tmp_path: Path) -> None:
    """The service gets ready, and every request under load is a success."""
    outcome = measured(created(tmp_path / "new", "service"), 1)
    # A busy machine may call the trial invalid; the service has nothing to do with that.
    assert outcome.status in {TrialStatus.OK, TrialStatus.INVALID}
    ratio = outcome.series["success_ratio"]
    assert sum(ratio.values) == sum(ratio.attempts) > 0
    assert len(outcome.series["latency_ms"].values) == sum(ratio.values)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """One file in the way, and none is written."""
    (tmp_path / "sorting.py").write_text("mine")
    with pytest.raises(SuiteError, match=r"holds sorting\.py already") as error:
        create(tmp_path, "library")
    assert error.value.kept == "Nothing was written."
    assert [path.name for path in tmp_path.iterdir()] == ["sorting.py"]
    assert (tmp_path / "sorting.py").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """A file in the place of the folder is told, not raised."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SuiteError, match="cannot be written"):
        create(tmp_path / "file" / "new", "library")


def test_an_unknown_kind_is_answered_with_the_kinds(tmp_path: Path) -> None:
    """And with the near one."""
    with pytest.raises(SuiteError) as error:
        create(tmp_path, "libary")
    assert error.value.todo == "Take library, service or command (did you mean library?)."


@pytest.mark.parametrize(
    ("folder", "name"), [("a b", "a_b"), ("1st", "suite_1st"), ("/", "suite"), ("é", "suite")]
)
def test_a_suite_is_called_like_its_folder(folder: str, name: str) -> None:
    """As far as a name may be."""
    assert suite_name(Path(folder)) == name


def test_templates_are_good_python(tmp_path: Path) -> None:
    """A reader's first example has no lint."""
    for kind in KINDS:
        create(tmp_path / kind, kind)
    ruff = Path(sys.executable).with_name("ruff")
    run = subprocess.run(
        [ruff, "check", "--isolated", "--select", "E,F,I,W,UP,B,D1", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
