"""A suite written by init reads without faults, and what it measures runs."""

from __future__ import annotations

import importlib.util
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from perf_pipeline.suite.benchmark import Suite
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


def test_a_library_suite_measures_a_function(tmp_path: Path) -> None:
    """Every case's factory returns a callable that runs; there is a target."""
    (benchmark,) = created(tmp_path / "new", "library").benchmarks
    assert benchmark.record.targets
    assert len(benchmark.record.cases) > len(benchmark.budgets[0].case_ids) > 1
    assert benchmark.workload is not None
    spec = importlib.util.spec_from_file_location("sorting", str(benchmark.workload.file))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for case in benchmark.record.cases:
        assert getattr(module, benchmark.workload.factory)(**json.loads(case.parameters))() is None


def test_a_command_suite_runs_a_command(tmp_path: Path) -> None:
    """The command line with its parameter filled in ends well."""
    (benchmark,) = created(tmp_path / "new", "command").benchmarks
    command = [word.replace("{lines}", "100") for word in benchmark.command]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout.strip()


def test_a_service_suite_serves(tmp_path: Path) -> None:
    """The service gets ready and answers every declared request as expected."""
    (benchmark,) = created(tmp_path / "new", "service").benchmarks
    assert benchmark.service is not None
    assert benchmark.load is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [word.replace("{port}", str(port)) for word in benchmark.service.command]
    with subprocess.Popen(command, cwd=tmp_path) as service:
        try:
            assert status(port, benchmark.service.ready.value) == 200
            for request in benchmark.load.requests:
                assert status(port, request.path) in request.expect_status
        finally:
            service.terminate()


def status(port: int, path: str) -> int:
    """The status of an answer, waiting for the service to listen."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.URLError:
            time.sleep(0.05)
    return 0


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
