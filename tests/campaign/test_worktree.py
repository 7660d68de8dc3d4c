"""A schedule measures what is committed, whatever lies half-finished beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.opening import first_revision
from perf_pipeline.campaign.worktree import KEPT, named_revision
from perf_pipeline.home import Home
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from tests.campaign.conftest import Begin
from tests.campaign.project import YAML, Project
from warehouse.store import WarehouseStore


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One revision of a suite."""
    return Project(tmp_path / "project")


def parameters(suite: Suite) -> list[str]:
    """Of the one benchmark."""
    return [case.parameters for one in suite.benchmarks for case in one.record.cases]


def checked_out(project: Project, home: Home, revision: str = "") -> Suite:
    """The suite at a revision; by default the one it names."""
    return named_revision(project.read(), home, revision, lambda _: None)


def test_the_committed_suite_is_measured(project: Project, home: Home, begin: Begin) -> None:
    """Not the working tree; the record names the revision, and nothing uncommitted."""
    head = project.git("rev-parse", "HEAD")
    project.write("work.yaml", YAML.format(size=2))
    suite = checked_out(project, home)
    assert parameters(suite) == ['{"size": 1}']
    assert suite.root == home.root / "worktrees" / "project" / head[:12] / "bench"
    record = begin("run-1", suite=suite).record
    assert (record.revision, record.uncommitted) == (head, False)
    assert parameters(project.read()) == ['{"size": 2}']


def test_the_history_goes_on_across_working_trees(project: Project, home: Home) -> None:
    """A case has the same name and key wherever it is checked out."""
    here, there = project.read(), checked_out(project, home)
    assert here.benchmarks[0].record.cases == there.benchmarks[0].record.cases


def test_without_version_control_the_suite_itself_is_measured(home: Home, tmp_path: Path) -> None:
    """There is no other revision to take."""
    root = tmp_path / "plain"
    root.mkdir()
    (root / "suite.yaml").write_text("name: plain\n", encoding="utf-8")
    suite = read_suite(root)
    assert named_revision(suite, home, "", lambda _: None) == suite


def test_a_campaign_goes_on_with_its_own_revision(
    project: Project, home: Home, begin: Begin, store: WarehouseStore
) -> None:
    """What was pushed meanwhile belongs to the next night."""
    first = begin("run-1", suite=checked_out(project, home))
    newer = project.commit(2)
    assert parameters(checked_out(project, home)) == ['{"size": 2}']
    revision = first_revision(store, first.campaign_id)
    assert revision != newer
    assert parameters(checked_out(project, home, revision)) == ['{"size": 1}']
    assert first_revision(store, "") == ""


def test_the_upstream_branch_is_fetched(project: Project, home: Home, tmp_path: Path) -> None:
    """A clone measures what others have pushed, without moving its own branch."""
    clone = tmp_path / "clone"
    project.git("clone", "--quiet", str(project.folder), str(clone))
    project.commit(2)
    suite = read_suite(clone / "bench")
    assert parameters(named_revision(suite, home, "", lambda _: None)) == ['{"size": 2}']
    assert parameters(read_suite(clone / "bench")) == ['{"size": 1}']


def test_without_network_the_newest_known_is_measured(
    project: Project, home: Home, tmp_path: Path
) -> None:
    """And somebody is told."""
    clone = tmp_path / "clone"
    project.git("clone", "--quiet", str(project.folder), str(clone))
    project.folder.rename(tmp_path / "unreachable")
    told: list[str] = []
    suite = named_revision(read_suite(clone / "bench"), home, "", told.append)
    assert parameters(suite) == ['{"size": 1}']
    assert told == ["project: could not fetch; the newest commit known here is measured"]


def test_a_branch_can_be_named(tmp_path: Path, home: Home) -> None:
    """`revision: release` is measured while the work goes on elsewhere."""
    project = Project(tmp_path / "project", "revision: release\n")
    project.git("branch", "release")
    project.commit(2)
    assert parameters(checked_out(project, home)) == ['{"size": 1}']


def test_an_unknown_revision_is_refused(tmp_path: Path, home: Home) -> None:
    """It says where to correct it."""
    project = Project(tmp_path / "project", "revision: no-such\n")
    with pytest.raises(CampaignError, match="names revision 'no-such'") as refusal:
        checked_out(project, home)
    assert "suite.yaml" in refusal.value.todo


def test_a_suite_outside_of_what_it_measures_is_refused(
    project: Project, home: Home, tmp_path: Path
) -> None:
    """A worktree of the repository would not hold it; by hand it can be measured."""
    root = tmp_path / "outside"
    root.mkdir()
    text = f"name: outside\nrepository: {project.folder}\n"
    (root / "suite.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CampaignError, match="is not part of the repository"):
        named_revision(read_suite(root), home, "", lambda _: None)


def test_the_build_step_runs_once(tmp_path: Path, home: Home) -> None:
    """In the worktree's top folder; a second night of the same revision finds it built."""
    project = Project(tmp_path / "project", "build: [sh, -c, 'echo built >> log']\n")
    for _ in range(2):
        suite = checked_out(project, home)
    assert (suite.repository / "log").read_text(encoding="utf-8") == "built\n"
    assert not (project.folder / "log").exists()


@pytest.mark.parametrize(
    ("build", "why"),
    [("[sh, -c, 'echo no compiler; exit 7']", "no compiler"), ("[no-such-program]", "No such")],
)
def test_a_failed_build_is_refused(tmp_path: Path, home: Home, build: str, why: str) -> None:
    """With its output, and what to try; the next night tries again."""
    project = Project(tmp_path / "project", f"build: {build}\n")
    for _ in range(2):
        with pytest.raises(CampaignError, match="build step of suite project failed") as refusal:
            checked_out(project, home)
        assert why in refusal.value.why


def test_old_worktrees_are_forgotten(project: Project, home: Home) -> None:
    """The newest few stay."""
    for size in range(2, 3 + KEPT):
        project.commit(size)
        suite = checked_out(project, home)
    kept = [path for path in suite.repository.parent.iterdir() if path.is_dir()]
    assert len(kept) == KEPT
    assert suite.repository in kept
