"""What the words of an A/B mean, asked of a real repository."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from perf_pipeline.campaign.arms.sides import Side, SideKind, check_pair, read_side, same_side
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.home import Home
from tests.campaign.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two revisions, the newer one on a branch of its own."""
    made = Project(tmp_path / "project")
    made.git("checkout", "--quiet", "-b", "feature/faster")
    made.commit(2)
    return made


def side(project: Project, asked: str) -> Side:
    """What a word means in the project."""
    return read_side(asked, project.folder, Home(project.folder.parent / "home"))


def test_revisions_are_whatever_git_knows(project: Project) -> None:
    """Branches, relative names, beginnings of commits."""
    head = project.git("rev-parse", "HEAD")
    assert side(project, "HEAD") == Side("HEAD", SideKind.REVISION, f"{head[:7]} (HEAD)", head)
    assert side(project, head[:9]).label == head[:7]
    assert side(project, "feature/faster").commit == head
    assert side(project, "main").commit == project.git("rev-parse", "HEAD~1")


def test_the_working_tree_is_taken_as_it_is_now(project: Project) -> None:
    """Clean it is the commit; later edits do not reach what was asked for."""
    clean = side(project, ".")
    assert same_side(clean, side(project, "HEAD"))
    project.write("work.py", "def work(size=1):\n    return float\n")
    first = side(project, ".")
    assert (first.kind, first.label) == (SideKind.WORKING_TREE, "working tree")
    assert not same_side(first, side(project, "HEAD"))
    assert same_side(first, side(project, "."))
    project.write("work.py", "def work(size=1):\n    return complex\n")
    assert not same_side(first, side(project, "."))
    assert "float" in project.git("show", f"{first.commit}:bench/work.py")


def test_paths_are_interpreters_environments_or_requirements(
    project: Project, tmp_path: Path
) -> None:
    """By what lies there."""
    environment = tmp_path / "venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    needs = tmp_path / "needs.txt"
    needs.write_text("click==8.1.7\n")
    needs.chmod(0o755)
    assert side(project, sys.executable).kind is SideKind.INTERPRETER
    assert side(project, str(environment)).kind is SideKind.INTERPRETER
    found = side(project, str(needs))
    assert (found.kind, found.path) == (SideKind.REQUIREMENTS, needs)


def test_requirements_are_the_same_by_what_they_say(project: Project, tmp_path: Path) -> None:
    """Two names, one content."""
    for name, text in (("a.txt", "click\n"), ("b.txt", "click\n"), ("c.txt", "rich\n")):
        (tmp_path / name).write_text(text)
    a, b, c = (side(project, str(tmp_path / name)) for name in ("a.txt", "b.txt", "c.txt"))
    assert same_side(a, b)
    assert not same_side(a, c)


@pytest.mark.parametrize(("asked", "near"), [("feature/fastr", "feature/faster"), ("HED", "HEAD")])
def test_a_near_name_is_suggested(project: Project, asked: str, near: str) -> None:
    """A slip costs one look."""
    with pytest.raises(CampaignError, match=f"Did you mean {near}"):
        side(project, asked)


@pytest.mark.parametrize("asked", ["nothing-like-it", "-x", "--all", "", "a b"])
def test_what_is_nothing_is_refused(project: Project, asked: str) -> None:
    """Options are not handed on to git."""
    with pytest.raises(CampaignError, match="There is no revision, interpreter or file"):
        side(project, asked)


def test_a_folder_without_python_is_no_environment(project: Project, tmp_path: Path) -> None:
    """It says what is missing."""
    with pytest.raises(CampaignError, match="no bin/python"):
        side(project, str(tmp_path))


@pytest.mark.parametrize("asked", [".", "HEAD"])
def test_without_version_control_there_is_no_second_arm(tmp_path: Path, asked: str) -> None:
    """The sentence of every such refusal."""
    with pytest.raises(CampaignError, match="No second arm: the suite is not under version"):
        read_side(asked, tmp_path, Home(tmp_path / "home"))


def test_an_ab_changes_one_thing(project: Project) -> None:
    """Revision and working tree are both code, an interpreter is not."""
    project.write("new.py", "")
    check_pair(side(project, "main"), side(project, "."))
    with pytest.raises(CampaignError, match="changes one thing at a time"):
        check_pair(side(project, "main"), side(project, sys.executable))
