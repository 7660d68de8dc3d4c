"""Both sides of an A/B run their own revision, and what cannot be compared is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from perf_pipeline.campaign.arms.make import ArmPlace, factory_arms, parameter_arms, revision_arms
from perf_pipeline.campaign.arms.revisions import KEPT, WORKING_TREE
from perf_pipeline.campaign.errors import ArmsError
from perf_pipeline.home import Home
from perf_pipeline.measure.arm import Arms
from perf_pipeline.measure.trials import code_of, fingerprint_of
from perf_pipeline.model import short_hash
from perf_pipeline.suite.read import read_suite
from tests.campaign.library import between, find, run_arm
from tests.campaign.project import YAML, Project

SLOWER = "def work(size=1):\n    return lambda: sum(range(1000))\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One revision of a suite."""
    return Project(tmp_path / "project")


Compare = Callable[..., Arms]


@pytest.fixture
def compare(project: Project, home: Home) -> Compare:
    """Arms of the project's case with size 1, or of the one named."""

    def compared(a: str, b: str, name: str = "Work", case_id: str = "") -> Arms:
        suite = project.read()
        case_id = case_id or short_hash("project", name, '{"size": 1}')
        return revision_arms(ArmPlace(home, suite, lambda _: None), name, case_id, a, b)

    return compared


def commit_all(project: Project) -> str:
    """A revision of what lies there."""
    project.git("add", "--all")
    project.git("commit", "--quiet", "--message", "more")
    return project.git("rev-parse", "HEAD")


def refused(compare: Compare, a: str, b: str, **asked: str) -> str:
    """Why there is no second arm."""
    with pytest.raises(ArmsError) as refusal:
        compare(a, b, **asked)
    what = refusal.value.what
    assert what.startswith("no second arm: ")
    return what.removeprefix("no second arm: ")


def test_each_side_is_a_checkout_of_its_own(project: Project, compare: Compare) -> None:
    """Paths of one length, and what differs between them is named."""
    first = project.git("rev-parse", "HEAD")
    project.write("work.py", SLOWER)
    second = commit_all(project)
    arms = compare("HEAD~1", "HEAD")
    assert (arms.a.revision, arms.b.revision) == (first, second)
    assert (arms.a.label, arms.b.label) == (first[:7], second[:7])
    assert (arms.a.benchmark.root / "work.py").read_text(encoding="utf-8") != SLOWER
    assert (arms.b.benchmark.root / "work.py").read_text(encoding="utf-8") == SLOWER
    assert arms.a.root != arms.b.root
    assert len(str(arms.a.root)) == len(str(arms.b.root))
    assert arms.differences == ("bench/work.py",)
    assert not arms.data_differs
    assert not arms.same_asked
    assert project.folder in arms.a.foreign
    assert arms.b.root in arms.a.foreign
    assert arms.a.root not in arms.a.foreign


def test_one_revision_twice_is_two_checkouts(project: Project, compare: Compare) -> None:
    """A control goes the whole way: two places, equal code, one fingerprint."""
    arms = compare("HEAD", "HEAD")
    assert arms.a.root != arms.b.root
    assert len(str(arms.a.root)) == len(str(arms.b.root))
    assert arms.differences == ()
    assert project.folder not in (arms.a.root, arms.b.root)
    found = []
    for arm in (arms.a, arms.b):
        outcome = run_arm(arm)
        found.append(fingerprint_of(arm.benchmark, outcome, code_of(arm.benchmark, outcome)))
    assert found[0] == found[1] != ""


def test_arms_are_compiled_beforehand(project: Project, compare: Compare) -> None:
    """Trials of an A/B write none, so each would compile anew in its start-up.

    A file that is no Python is no hindrance.
    """
    project.write("broken.py", "this is no Python\n")
    commit_all(project)
    arms = compare("HEAD", "HEAD")
    for arm in (arms.a, arms.b):
        assert list((arm.benchmark.root / "__pycache__").glob("work.*.pyc"))


def test_a_build_is_kept(project: Project, home: Home) -> None:
    """It runs once per side and revision, in the checkout's top folder."""
    project.write("suite.yaml", "name: project\nbuild: [sh, -c, 'echo built >> log']\n")
    commit_all(project)
    for _ in range(2):
        arms = between(project.read(), home, "HEAD", "HEAD")
        for arm in (arms.a, arms.b):
            assert arm.root is not None
            assert (arm.root / "log").read_text(encoding="utf-8") == "built\n"
    assert not (project.folder / "log").exists()


def test_a_build_that_was_killed_is_made_again(compare: Compare) -> None:
    """Half a checkout is none; its byte code is void as well."""
    arms = compare("HEAD", "HEAD")
    root, file = arms.a.root, arms.a.benchmark.root / "work.py"
    assert root is not None
    file.unlink()
    root.with_name("a.built").unlink()
    again = compare("HEAD", "HEAD")
    assert (again.a.root, file.exists()) == (root, True)
    assert list((file.parent / "__pycache__").glob("work.*.pyc"))


def test_an_older_revision_is_built_as_it_says_itself(project: Project, home: Home) -> None:
    """One from before there was a build step is built with the one of today."""
    steps = []
    for step in ("first", "second"):
        project.write("suite.yaml", f"name: project\nbuild: [touch, {step}]\n")
        steps.append(commit_all(project))
    arms = between(project.read(), home, steps[0], steps[1])
    assert arms.a.root is not None
    assert (arms.a.root / "first").exists()
    assert not (arms.a.root / "second").exists()
    arms = between(project.read(), home, f"{steps[0]}~1", steps[1])
    assert arms.a.root is not None
    assert (arms.a.root / "second").exists()


def test_the_checkouts_used_last_stay(project: Project, compare: Compare, home: Home) -> None:
    """Building one again costs only time; git forgets the others, too."""
    for number in range(KEPT):
        project.write("data.txt", str(number))
        commit_all(project)
        arms = compare("main", "HEAD~1")
    sides = [one for one in (home.root / "arms" / "project").glob("*/[ab]") if one.is_dir()]
    assert len(sides) == KEPT
    assert {arms.a.root, arms.b.root} <= set(sides)
    assert len(project.git("worktree", "list").splitlines()) == 1 + KEPT


def test_data_that_no_process_imports_differs(project: Project, compare: Compare) -> None:
    """Equal imports are no proof of equal code then."""
    project.write("table.csv", "1,2\n")
    commit_all(project)
    arms = compare("HEAD~1", "HEAD")
    assert arms.data_differs
    assert arms.differences == ("bench/table.csv (new)",)


def test_documents_and_settings_of_tools_are_no_data(project: Project, compare: Compare) -> None:
    """Equal imports prove equal code, whatever the README says."""
    project.write("README.md", "What it is.\n")
    project.write(".gitignore", "*.pyc\n")
    commit_all(project)
    arms = compare("HEAD~1", "HEAD")
    assert not arms.data_differs
    assert len(arms.differences) == 2


def test_many_changed_files_are_counted(project: Project, compare: Compare) -> None:
    """Ten are named."""
    project.git("rm", "--quiet", "bench/work.yaml")
    project.write("work.yaml", YAML.format(size=1))
    for number in range(12):
        project.write(f"n{number:02}.py", "")
    commit_all(project)
    (project.suite_folder / "n00.py").unlink()
    commit_all(project)
    arms = compare("HEAD~1", "HEAD")
    assert arms.differences == ("bench/n00.py (removed)",)
    arms = compare("HEAD~2", "HEAD")
    assert arms.differences[0] == "bench/n01.py (new)"
    assert arms.differences[10:] == ("and 1 more",)


def test_the_working_tree_is_an_arm(project: Project, compare: Compare) -> None:
    """With what is not committed: changed, new and removed files, but none that are ignored."""
    project.write("gone.py", "")
    (project.folder / ".gitignore").write_text("*.log\n", encoding="utf-8")
    head = commit_all(project)
    (project.suite_folder / "gone.py").unlink()
    project.write("work.py", SLOWER)
    project.write("new.py", "")
    project.write("some.log", "")
    project.git("add", "bench/new.py")
    before = project.git("status", "--porcelain")
    arms = compare("HEAD", WORKING_TREE)
    names = {path.name for path in arms.b.benchmark.root.iterdir() if path.is_file()}
    assert names == {"suite.yaml", "work.py", "work.yaml", "new.py"}
    assert (arms.b.benchmark.root / "work.py").read_text(encoding="utf-8") == SLOWER
    assert (arms.a.benchmark.root / "work.py").read_text(encoding="utf-8") != SLOWER
    assert (arms.b.label, arms.b.revision) == ("working tree", head)
    assert arms.differences == ("bench/gone.py (removed)", "bench/new.py (new)", "bench/work.py")
    assert project.git("status", "--porcelain") == before
    assert project.git("rev-parse", "HEAD") == head
    assert project.git("stash", "list") == ""


def test_a_working_tree_that_git_cannot_read_is_refused(project: Project, compare: Compare) -> None:
    """A repository within it that has no commit yet, say."""
    (project.folder / "inner").mkdir()
    project.git("init", "--quiet", "inner")
    why = refused(compare, "HEAD", WORKING_TREE)
    assert why == f"the working tree of {project.folder} could not be copied"


def test_an_unchanged_working_tree_is_its_revision(project: Project, compare: Compare) -> None:
    """Nothing differs; and what is changed again is another arm."""
    arms = compare("HEAD", WORKING_TREE)
    assert arms.differences == ()
    project.write("work.py", SLOWER)
    changed = compare("HEAD", WORKING_TREE)
    assert changed.a.root == arms.a.root
    assert changed.b.root != arms.b.root


def test_a_home_within_the_repository_is_no_part_of_it(project: Project) -> None:
    """Its arms would hold each other."""
    home = Home(project.folder / "perf")
    for _ in range(2):
        arms = between(project.read(), home, "HEAD", WORKING_TREE)
        assert arms.differences == ()
        assert arms.b.root is not None
        assert not (arms.b.root / "perf").exists()


def test_without_version_control_there_is_no_second_arm(home: Home, tmp_path: Path) -> None:
    """It is said so."""
    root = tmp_path / "plain"
    root.mkdir()
    (root / "suite.yaml").write_text("name: plain\n", encoding="utf-8")
    place = ArmPlace(home, read_suite(root), lambda _: None)
    with pytest.raises(ArmsError, match="the suite is not under version control"):
        revision_arms(place, "Work", "", "HEAD", "HEAD")


def test_an_unknown_revision_is_refused(compare: Compare) -> None:
    """It may have been rewritten, or never fetched; an option is no revision."""
    assert refused(compare, "4f0c2d1", "HEAD") == "revision 4f0c2d1 is not known here"
    assert refused(compare, "HEAD", "--all") == "revision --all is not known here"


def test_an_arm_that_does_not_build_is_refused(project: Project, compare: Compare) -> None:
    """With the step's own words, every time; the other side is not to blame."""
    project.write("suite.yaml", "name: project\nbuild: [sh, -c, 'echo no compiler; exit 7']\n")
    bad = commit_all(project)
    for _ in range(2):
        with pytest.raises(ArmsError) as refusal:
            compare(bad, bad)
        what = refusal.value.what
        assert what.startswith("no second arm: the build step of suite project failed at revision")
        assert bad[:12] in what
        assert "no compiler" in refusal.value.why


def test_a_benchmark_that_one_side_lacks_is_refused(project: Project, compare: Compare) -> None:
    """Missing, with faults, without the case, or with another question."""
    first = project.git("rev-parse", "HEAD")
    short = first[:7]
    project.write("other.yaml", YAML.format(size=1).replace("Work", "Other"))
    commit_all(project)
    assert refused(compare, first, "HEAD", name="Other") == (
        f"benchmark Other does not exist at {short}"
    )
    assert refused(compare, "HEAD", first, name="Other") == (
        f"benchmark Other does not exist at {short}"
    )
    broken = YAML.format(size=1).replace("work.py:work", "work.py:gone")
    project.write("work.yaml", broken)
    faulty = commit_all(project)
    assert refused(compare, faulty, first) == f"benchmark Work has faults at {faulty[:7]}"
    grown = project.commit(5)
    case_id = short_hash("project", "Work", '{"size": 5}')
    assert refused(compare, first, grown, case_id=case_id) == (
        f"benchmark Work has no such case at {short}"
    )
    project.write("work.yaml", YAML.format(size=1).replace("name:", "version: '2', name:"))
    asked = commit_all(project)
    assert refused(compare, first, asked) == f"benchmark Work asks something else at {short}"


def test_a_renamed_benchmark_is_found_by_what_it_asks(project: Project, compare: Compare) -> None:
    """Its name is one of either side."""
    old = YAML.format(size=1).replace(":work'", ":toil'")
    project.write("work.yaml", old.replace("name: Work", "name: Toil, renamed_from: [Work]"))
    project.write("work.py", "def toil(size=1):\n    return int\n")
    commit_all(project)
    for name in ("Work", "Toil"):
        arms = compare("HEAD~1", "HEAD", name=name)
        assert (arms.a.benchmark.name, arms.b.benchmark.name) == ("Work", "Toil")
        assert arms.a.case.case_key == arms.b.case.case_key


def test_a_revision_without_the_suite_is_refused(project: Project, compare: Compare) -> None:
    """It is younger than the code."""
    project.git("checkout", "--quiet", "--orphan", "older")
    project.git("rm", "--quiet", "-r", "--cached", ".")
    (project.folder / "README").write_text("", encoding="utf-8")
    project.git("add", "README")
    project.git("commit", "--quiet", "--message", "before")
    older = project.git("rev-parse", "HEAD")
    project.git("add", ".")
    project.git("commit", "--quiet", "--message", "with suite")
    assert refused(compare, older, "HEAD") == f"suite project cannot be read at {older[:7]}"


def test_two_factories_of_one_file(project: Project) -> None:
    """Each arm runs its own."""
    project.write(
        "work.py", "def work(size=1):\n    return int\n\ndef other(size=1):\n    return {}"
    )
    benchmark = find(project.read())
    arms = factory_arms(benchmark, benchmark.record.cases[0], "work", "other")
    assert run_arm(arms.a).message == ""
    assert "the factory gave dict" in run_arm(arms.b).message
    assert arms.differences == ("work → other",)
    same = factory_arms(benchmark, benchmark.record.cases[0], "work", "work")
    assert same.differences == ()


def test_two_parameters_of_one_benchmark(project: Project) -> None:
    """Two cases of its grid against each other."""
    project.write("work.yaml", YAML.format(size="1, 2"))
    benchmark = find(project.read())
    arms = parameter_arms(benchmark, *benchmark.record.cases)
    assert (arms.a.label, arms.b.label) == ("size=1", "size=2")
    assert arms.differences == ("size=1 → size=2",)
