"""Which code is measured, and whether it is what was committed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from perf_pipeline.campaign.revision import CheckoutState, checkout_state
from tests.campaign.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository that ignores nothing."""
    return Project(tmp_path / "project")


def test_a_fresh_checkout_has_no_uncommitted_changes(project: Project) -> None:
    """Outside a repository there is no revision either."""
    head = project.git("rev-parse", "HEAD")
    assert checkout_state(project.folder) == CheckoutState(head, uncommitted=False)
    assert checkout_state(project.folder.parent) == CheckoutState("", uncommitted=False)


def test_what_importing_leaves_behind_is_no_change(project: Project) -> None:
    """In the suite's folder, and in one that git does not know."""
    environment = {**os.environ, "PYTHONPATH": str(project.suite_folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.pop("PYTHONPYCACHEPREFIX", None)
    subprocess.run([sys.executable, "-c", "import work"], env=environment, check=True)
    left = project.suite_folder / "__pycache__"
    assert list(left.glob("*.pyc"))
    shutil.copytree(left, project.suite_folder / "unknown" / "__pycache__")
    assert "__pycache__" in project.git("status", "--porcelain", "--untracked-files=all")
    (project.suite_folder / "sourceless.pyc").touch()
    assert not checkout_state(project.folder).uncommitted
    assert not checkout_state(project.suite_folder).uncommitted


@pytest.mark.parametrize("name", ["work.py", "new.py", "unknown/new.py", "data.json"])
def test_every_other_file_is_a_change(project: Project, name: str) -> None:
    """Changed or new, code or data, also beside byte code."""
    (project.suite_folder / "unknown" / "__pycache__").mkdir(parents=True)
    (project.suite_folder / "unknown" / "__pycache__" / "new.pyc").touch()
    project.write(name, "VALUE = 2\n")
    assert checkout_state(project.folder).uncommitted
    assert checkout_state(project.suite_folder).uncommitted
