"""Commands that are printed to be typed next begin as the one did that printed them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.cli.program import as_typed

REAL = Path(sys.executable).with_name("perf-pipeline")
SYSTEM = "/usr/bin:/bin"


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """The program, in a folder that no PATH names."""
    return program_in(tmp_path / "project" / "bin")


def program_in(folder: Path) -> Path:
    """The program under its name in another folder."""
    folder.mkdir(parents=True)
    (folder / REAL.name).symlink_to(REAL)
    return folder / REAL.name


def hint(words: Path | str, cwd: Path, path: str = SYSTEM) -> str:
    """What `report` says is to be done where there is no report."""
    environment = {**os.environ, "PATH": path}
    run = subprocess.run(
        [words, "report"], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    return run.stderr.splitlines()[-1]


def test_a_program_that_the_shell_does_not_find_is_named_by_its_path(
    started: Path, tmp_path: Path
) -> None:
    """Relative below the folder one is in, else from the root; quoted where a shell needs it."""
    project = tmp_path / "project"
    assert hint("bin/perf-pipeline", project) == "Measure first: bin/perf-pipeline run"
    assert hint(started, project) == "Measure first: bin/perf-pipeline run"
    assert hint("./perf-pipeline", started.parent) == "Measure first: ./perf-pipeline run"
    (tmp_path / "elsewhere").mkdir()
    assert hint(started, tmp_path / "elsewhere") == f"Measure first: {started} run"
    spaced = program_in(tmp_path / "my project")
    assert hint(spaced, tmp_path) == "Measure first: 'my project/perf-pipeline' run"


def test_what_is_printed_can_be_typed(started: Path, tmp_path: Path) -> None:
    """The hint, given to a shell."""
    command = hint(started, tmp_path).removeprefix("Measure first: ")
    environment = {**os.environ, "PATH": SYSTEM}
    shell = ["/bin/sh", "-c", f"{command} --help"]
    run = subprocess.run(shell, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert run.returncode == 0


def test_a_program_that_the_shell_finds_has_its_plain_name(started: Path, tmp_path: Path) -> None:
    """But not where the shell would find another one."""
    plain = "Measure first: perf-pipeline run"
    assert hint(started, tmp_path, f"{started.parent}:{SYSTEM}") == plain
    other = tmp_path / "other" / "perf-pipeline"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n", encoding="utf-8")
    other.chmod(0o755)
    told = hint(started, tmp_path, f"{other.parent}:{started.parent}:{SYSTEM}")
    assert told == "Measure first: project/bin/perf-pipeline run"


def test_only_commands_are_changed(
    started: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the name in a sentence, nor a path that ends with it."""
    monkeypatch.setattr(sys, "argv", [str(started)])
    monkeypatch.setenv("PATH", SYSTEM)
    monkeypatch.chdir(tmp_path)
    for text in (
        "perf-pipeline itself failed",
        "perf-pipeline running",
        "/opt/perf-pipeline run",
        "another version of perf-pipeline; run it",
    ):
        assert as_typed(text) == text
    assert as_typed("a `perf-pipeline ui`, or: perf-pipeline sql 'select 1'") == (
        "a `project/bin/perf-pipeline ui`, or: project/bin/perf-pipeline sql 'select 1'"
    )
