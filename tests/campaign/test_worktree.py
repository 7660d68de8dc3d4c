"""Scheduled campaigns measure what the suite names, not what lies in the working tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.revision import checkout_state, commits_between
from perf_pipeline.campaign.worktree import named_revision
from perf_pipeline.home import Home
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite

BENCHMARK = """\
benchmark:
  name: add
  category: sums
  component: sums
  day: baseline
"""


def git(folder: Path, *words: str) -> str:
    """Run git in a folder with an author of its own."""
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    run = subprocess.run(
        ["git", "-C", str(folder), *author, *words], capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def repository(folder: Path, settings: str = "") -> Path:
    """A committed suite in a folder below a new repository; returns the suite's folder."""
    root = folder / "suite"
    root.mkdir(parents=True)
    (root / "suite.yaml").write_text(f"name: sums\n{settings}")
    (root / "sums.yaml").write_text(BENCHMARK)
    (root / "sums.py").write_text("def add():\n    return lambda: 1 + 1\n")
    git(folder, "init", "--quiet")
    commit(folder, "first")
    return root


def commit(folder: Path, message: str) -> str:
    """Commit everything and return the revision."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def taken(suite: Suite, home: Path, revision: str = "") -> tuple[Suite, list[str]]:
    """The suite at its named revision, and what was told on the way."""
    told: list[str] = []
    return named_revision(suite, Home(home), revision, told.append), told


def test_working_tree_is_left_out(tmp_path: Path) -> None:
    """What is not committed is not measured by a schedule, and the working tree stays as it is."""
    root = repository(tmp_path / "project")
    (root / "sums.py").write_text("half finished (")
    suite, _ = taken(read_suite(root), tmp_path / "home")
    workload = suite.benchmarks[0].workload
    assert workload is not None
    assert workload.file is not None
    assert "1 + 1" in workload.file.read_text()
    assert (root / "sums.py").read_text() == "half finished ("
    assert not checkout_state(suite.repository).uncommitted


def test_history_goes_on_in_a_worktree(tmp_path: Path) -> None:
    """A case has the same key in the worktree as in the working tree."""
    suite = read_suite(repository(tmp_path / "project"))
    other, _ = taken(suite, tmp_path / "home")
    assert suite.benchmarks[0].record.cases == other.benchmarks[0].record.cases


def test_upstream_is_fetched(tmp_path: Path) -> None:
    """Without a named revision the newest commit of the upstream branch is measured."""
    origin = tmp_path / "origin"
    repository(origin)
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    newest = commit_change(origin)
    suite, told = taken(read_suite(tmp_path / "clone" / "suite"), tmp_path / "home")
    assert newest == checkout_state(suite.repository).revision
    assert told == []


def test_unreachable_remote_is_told(tmp_path: Path) -> None:
    """A remote that does not answer is no reason to measure nothing."""
    origin = tmp_path / "origin"
    repository(origin)
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    origin.rename(tmp_path / "gone")
    suite, told = taken(read_suite(tmp_path / "clone" / "suite"), tmp_path / "home")
    assert len(suite.benchmarks) == 1
    assert "could not fetch" in told[0]


def test_campaign_goes_on_at_its_revision(tmp_path: Path) -> None:
    """A campaign that is resumed measures the revision it began with, not a newer one."""
    project = tmp_path / "project"
    root = repository(project)
    first = git(project, "rev-parse", "HEAD")
    newest = commit_change(project)
    suite, _ = taken(read_suite(root), tmp_path / "home", first)
    assert first == checkout_state(suite.repository).revision
    assert commits_between(project, first, newest) == 1


def test_unknown_revision(tmp_path: Path) -> None:
    """A revision that does not exist is a sentence that names the file to correct."""
    root = repository(tmp_path / "project", "revision: nowhere\n")
    with pytest.raises(CampaignError, match=r"suite\.yaml"):
        taken(read_suite(root), tmp_path / "home")


def test_failing_build_is_tried_again(tmp_path: Path) -> None:
    """A build step that fails stops the run with its output, and is no finished worktree."""
    settings = "build: sh -c 'echo no compiler; exit 7'\n"
    suite = read_suite(repository(tmp_path / "project", settings))
    for _ in range(2):
        with pytest.raises(CampaignError, match="no compiler"):
            taken(suite, tmp_path / "home")


def test_only_the_newest_worktrees_stay(tmp_path: Path) -> None:
    """Worktrees of old nights are removed."""
    project = tmp_path / "project"
    root = repository(project)
    for _ in range(5):
        taken(read_suite(root), tmp_path / "home")
        commit_change(project)
    kept = [one for one in (tmp_path / "home" / "worktrees" / "sums").iterdir() if one.is_dir()]
    assert len(kept) == 3


def test_no_repository(tmp_path: Path) -> None:
    """Outside version control the suite is measured as it is."""
    root = tmp_path / "plain"
    root.mkdir()
    (root / "suite.yaml").write_text("name: sums\n")
    suite = read_suite(root)
    assert suite == taken(suite, tmp_path / "home")[0]


def commit_change(folder: Path) -> str:
    """One more commit; returns its revision."""
    with (folder / "suite" / "sums.py").open("a") as file:
        file.write("# more\n")
    return commit(folder, "more")
