"""`suite`: which suites are measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def suite(perf: Run, tmp_path: Path) -> Path:
    """A suite that nobody has registered."""
    folder = tmp_path / "mine"
    perf("init", str(folder))
    return folder


def names(perf: Run) -> list[str]:
    """The suites that are listed."""
    return [line.split()[0] for line in perf("suite", "list").out.splitlines()[1:]]


def test_a_suite_is_added_listed_and_removed(perf: Run, suite: Path) -> None:
    """The built-in one stays beside it; its files stay when it goes."""
    assert names(perf) == ["builtin"]
    added = perf("suite", "add", str(suite))
    assert (added.code, added.out.split()[:2]) == (0, ["Registered", "mine"])
    assert names(perf) == ["builtin", "mine"]
    assert perf("suite", "remove", "mine").code == 0
    assert names(perf) == ["builtin"]
    assert (suite / "suite.yaml").exists()


def test_adding_twice_is_wrong_use(perf: Run, suite: Path) -> None:
    """It says where the first one is."""
    perf("suite", "add", str(suite))
    again = perf("suite", "add", str(suite))
    assert (again.code, again.out) == (2, "")
    assert str(suite) in again.err


def test_removing_what_is_not_there_suggests_the_near_name(perf: Run) -> None:
    """And changes nothing."""
    ended = perf("suite", "remove", "buildin")
    assert ended.code == 2
    assert "Did you mean builtin?" in ended.err
    assert names(perf) == ["builtin"]


def test_a_benchmark_with_a_fault_does_not_hinder_registering(perf: Run, suite: Path) -> None:
    """It is said, with the command that says more."""
    (suite / "bad.yaml").write_text("benchmark: {name: 1}\n")
    added = perf("suite", "add", str(suite))
    assert added.code == 0
    assert f"perf-pipeline check {suite}" in added.err


def test_a_folder_that_is_gone_is_named_and_the_others_are_listed(perf: Run, suite: Path) -> None:
    """Exit code 3: the list is not complete."""
    perf("suite", "add", str(suite))
    (suite / "suite.yaml").unlink()
    ended = perf("suite", "list")
    assert ended.code == 3
    assert "builtin" in ended.out
    assert str(suite) in ended.err
    assert perf("suite", "remove", str(suite)).code == 0
