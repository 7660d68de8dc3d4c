"""`check`: every fault, before a night finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

FACTORY = "def make():\n    return lambda: None\n"
GOOD = "benchmark: {name: Good, workload: 'work.py:make'}\n"
FAULTY = "benchmark:\n  name: Bad\n  workload: work.py:mak\n  dey: baseline\n"


def write(root: Path, **files: str) -> Path:
    """A suite called like its folder."""
    root.mkdir()
    (root / "suite.yaml").write_text(f"name: {root.name}\n")
    (root / "work.py").write_text(FACTORY)
    for name, text in files.items():
        (root / f"{name}.yaml").write_text(text)
    return root


def test_a_suite_without_faults_is_done(perf: Run, tmp_path: Path) -> None:
    """Nothing on standard output, a line of comfort beside it."""
    ended = perf("check", str(write(tmp_path / "demo", a=GOOD)))
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "demo: 1 of 1 benchmark is valid, 1 case.\n"


def test_every_fault_is_a_line_with_its_place(perf: Run, tmp_path: Path) -> None:
    """All at once, so that one round of mending is enough."""
    ended = perf("check", str(write(tmp_path / "demo", a=GOOD, b=FAULTY)))
    assert ended.code == 2
    lines = ended.out.splitlines()
    assert [line.split(" ")[:2] for line in lines] == [
        ["b.yaml:3:", "workload:"],
        ["b.yaml:4:", "dey:"],
    ]
    assert "did you mean day?" in lines[1]
    assert "1 of 2 benchmarks are valid" in ended.err


def test_a_folder_that_is_no_suite_is_told_with_the_way_to_make_one(
    perf: Run, tmp_path: Path
) -> None:
    """The usual first mistake."""
    ended = perf("check", str(tmp_path))
    assert (ended.code, ended.out) == (2, "")
    assert "perf-pipeline init" in ended.err


def test_without_a_folder_every_registered_suite_is_checked(perf: Run, tmp_path: Path) -> None:
    """One that cannot be read at all does not hide the others."""
    gone, kept = write(tmp_path / "gone", a=GOOD), write(tmp_path / "kept", a=FAULTY)
    perf("suite", "add", str(gone))
    perf("suite", "add", str(kept))
    (gone / "suite.yaml").unlink()
    ended = perf("check")
    assert ended.code == 2
    assert f"{gone} is no suite" in ended.err
    assert "kept: 0 of 1 benchmark is valid" in ended.err
    assert "builtin: " in ended.err


@pytest.mark.parametrize("kind", ["library", "service", "command"])
def test_what_init_writes_has_no_faults_and_is_never_overwritten(
    perf: Run, tmp_path: Path, kind: str
) -> None:
    """A first suite runs as it stands; a second `init` changes nothing."""
    folder = tmp_path / "my-first"
    made = perf("init", str(folder), "--kind", kind)
    assert made.code == 0
    files = {Path(line): Path(line).read_text() for line in made.out.splitlines()}
    assert folder / "suite.yaml" in files
    assert perf("check", str(folder)).code == 0

    again = perf("init", str(folder), "--kind", kind)
    assert (again.code, again.out) == (2, "")
    assert {file: file.read_text() for file in files} == files


def test_an_unknown_kind_is_wrong_use(perf: Run, tmp_path: Path) -> None:
    """The kinds are named."""
    ended = perf("init", str(tmp_path / "x"), "--kind", "lib")
    assert ended.code == 2
    assert "'library'" in ended.err


def test_a_suite_without_benchmarks_is_not_done(perf: Run, tmp_path: Path) -> None:
    """A night of it would measure nothing; a misplaced file is the usual reason."""
    suite = write(tmp_path / "demo")
    ended = perf("check", str(suite))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"demo: there is no benchmark below {suite}.\n")
    assert "benchmark:" in ended.err.splitlines()[1]


MISSING = "def make():\n    import no_such_library\n    return lambda: None\n"


def test_running_finds_what_reading_cannot(perf: Run, tmp_path: Path) -> None:
    """A library that cannot be imported is named before a night needs it."""
    missing = "benchmark: {name: Missing, workload: 'missing.py:make'}\n"
    root = write(tmp_path / "demo", a=GOOD, b=missing)
    (root / "missing.py").write_text(MISSING)
    assert perf("check", str(root)).code == 0
    ended = perf("check", str(root), "--run")
    assert ended.code == 2
    assert ended.out.startswith("Missing: ")
    assert "no_such_library" in ended.out
    assert "Good: ran" in ended.err


def test_what_runs_is_said(perf: Run, tmp_path: Path) -> None:
    """A line for each benchmark, and no fault."""
    ended = perf("check", str(write(tmp_path / "demo", a=GOOD)), "--run")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.endswith("Good: ran\n")


def test_what_a_benchmark_needs_and_is_not_there_is_no_fault(perf: Run, tmp_path: Path) -> None:
    """The suite is in order; it is the machine that lacks something."""
    text = f"{GOOD[:-2].replace('Good', 'Needy')}, requires: [{{program: no-such-one}}]}}\n"
    ended = perf("check", str(write(tmp_path / "demo", a=text)), "--run")
    assert (ended.code, ended.out) == (0, "")
    assert "Needy: cannot run here: the program no-such-one is not on the PATH" in ended.err
