"""Interpreters and packages as sides of an A/B, and what runs record of them."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from perf_pipeline.campaign.arms.environments import (
    KEPT,
    Requirements,
    build_environment,
    read_requirements,
)
from perf_pipeline.campaign.arms.make import (
    ArmPlace,
    interpreter_arms,
    requirement_arms,
    with_interpreters,
)
from perf_pipeline.campaign.errors import ArmsError
from perf_pipeline.campaign.packages import (
    differing_versions,
    interpreter_names,
    package_differences,
    recorded_requirements,
)
from perf_pipeline.campaign.worktree import named_revision
from perf_pipeline.home import Home
from perf_pipeline.measure.machine import environment_facts
from perf_pipeline.model import Fact, RunRecord
from tests.campaign.conftest import Begin
from tests.campaign.library import (
    Library,
    answers,
    between,
    find,
    make_environment,
    packages_of,
    run_arm,
)

WORKLOAD = """
import dependency, pkg

def work():
    return lambda: {"answer": 10 * pkg.ANSWER + dependency.NUMBER}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which environments of these tests are built; each takes seconds."""
    return Home(tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages there are: versions 1.0 and 1.1 of `dependency`."""
    folder = tmp_path_factory.mktemp("index")
    for version, number in (("1.0", 1), ("1.1", 2)):
        write_wheel(folder, version, f"NUMBER = {number}\n")
    return folder


def write_wheel(folder: Path, version: str, text: str) -> None:
    """A wheel of the package `dependency`."""
    about = f"dependency-{version}.dist-info"
    files = {
        "dependency.py": text,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: dependency\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{about}/RECORD"))
    with zipfile.ZipFile(folder / f"dependency-{version}-py3-none-any.whl", "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)


def wanted(index: Path, *lines: str) -> Requirements:
    """Requirements that only the index of the test can satisfy."""
    return Requirements(("--no-index", f"-f {index}", *lines), index, "list")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library in an environment that lacks the dependency."""
    python = make_environment(tmp_path / "environment")
    library = Library(tmp_path / "library", python)
    library.write("bench/work.py", WORKLOAD)
    library.commit()
    library.answer(2)
    path = packages_of(python) / "library.pth"
    path.write_text(f"{library.folder / 'src'}\n", encoding="utf-8")
    return library


def silent(_: str) -> None:
    """Nobody listens."""


def test_a_dependency_changes_and_nothing_else(library: Library, built: Home, index: Path) -> None:
    """The project is what lies there; the environments are built once."""
    suite = library.read()
    benchmark = find(suite)
    lists = [wanted(index, f"dependency=={version}") for version in ("1.0", "1.1")]
    told: list[str] = []
    for tell in (silent, told.append):
        place = ArmPlace(built, suite, tell)
        arms = requirement_arms(place, benchmark, benchmark.record.cases[0], *lists)
    assert told == []
    assert answers(arms) == (21, 22)
    assert arms.differences == ("dependency 1.0 → 1.1",)
    pythons = [str(arm.benchmark.python) for arm in (arms.a, arms.b)]
    assert len(pythons[0]) == len(pythons[1])
    assert (arms.a.label, arms.a.root) == ("list", None)


def test_code_and_packages_change_together(library: Library, built: Home, index: Path) -> None:
    """A revision of the project under the packages of its night."""
    arms = between(library.read(), built, "HEAD~1", "HEAD")
    pythons = [
        build_environment(built, library.python, wanted(index, f"dependency=={version}"), silent)
        for version in ("1.0", "1.1")
    ]
    arms = with_interpreters(arms, *pythons)
    assert answers(arms) == (11, 22)
    assert arms.differences == ("src/pkg/__init__.py", "dependency 1.0 → 1.1")
    assert with_interpreters(arms, None, None) == arms


def test_two_environments_that_exist(library: Library, built: Home, index: Path) -> None:
    """Named by folder or interpreter; what they import is their own affair."""
    benchmark = find(library.read())
    case = benchmark.record.cases[0]
    python = build_environment(built, library.python, wanted(index, "dependency==1.1"), silent)
    (library.folder / "src" / "dependency.py").write_text("NUMBER = 7\n", encoding="utf-8")
    arms = interpreter_arms(benchmark, case, library.python, python.parent.parent)
    assert arms.b.benchmark.python == python
    assert arms.differences == ("dependency 1.1 (new)", *arms.differences[1:])
    assert run_arm(arms.a).series["answer"].values[-1] == 27
    assert "pkg" in run_arm(arms.b).message


def test_what_is_no_interpreter_is_refused(library: Library, tmp_path: Path) -> None:
    """It is not there, or is something else."""
    benchmark = find(library.read())
    for program in (tmp_path / "nowhere", Path("/bin/true")):
        with pytest.raises(ArmsError, match=f"no second arm: {program} does not run as Python"):
            interpreter_arms(benchmark, benchmark.record.cases[0], library.python, program)


def test_a_command_is_run_by_the_arms_interpreter(library: Library, tmp_path: Path) -> None:
    """Wherever it was named by `{python}`."""
    library.write(
        "bench/program.yaml",
        "benchmark: {name: Program, command: [env, '{python}', -c, 'print(1)']}\n",
    )
    benchmark = find(library.read(), "Program")
    other = make_environment(tmp_path / "other")
    arms = interpreter_arms(benchmark, benchmark.record.cases[0], library.python, other)
    assert arms.a.benchmark.command == ("env", str(library.python), "-c", "print(1)")
    assert arms.b.benchmark.command == ("env", str(other), "-c", "print(1)")


def test_without_a_network_it_is_said(built: Home) -> None:
    """An index that nobody answers for; nothing is left of the environment."""
    nobody = ("-i http://127.0.0.1:9", "dependency==1.0")
    before = set((built.root / "environments").glob("*"))
    with pytest.raises(ArmsError) as refusal:
        build_environment(
            built, Path(sys.executable), Requirements(nobody, built.root, "list"), silent
        )
    assert refusal.value.what == "no second arm: list cannot be installed without a network"
    assert set((built.root / "environments").glob("*")) == before


def test_a_package_that_does_not_exist_is_refused(built: Home, index: Path) -> None:
    """In the words of pip."""
    told: list[str] = []
    with pytest.raises(ArmsError) as refusal:
        build_environment(built, Path(sys.executable), wanted(index, "dependency==3"), told.append)
    assert told == ["building an environment with list"]
    assert refusal.value.what == "no second arm: list cannot be installed"
    assert "No matching distribution found for dependency==3" in refusal.value.why


def test_an_interpreter_that_makes_no_environment_is_refused(built: Home, index: Path) -> None:
    """It is gone."""
    with pytest.raises(ArmsError, match=r"/nowhere/python makes no environment"):
        build_environment(built, Path("/nowhere/python"), wanted(index), silent)


def test_the_environments_used_last_stay(
    built: Home, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Building one again costs only time."""
    python = Path(sys.executable)
    monkeypatch.setattr("perf_pipeline.campaign.arms.environments.KEPT", 1)
    first, second = (
        build_environment(built, python, wanted(index, f"dependency=={version}"), silent)
        for version in ("1.0", "1.1")
    )
    assert KEPT > 1
    assert not first.exists()
    assert second.exists()


def test_requirements_with_all_that_they_include(tmp_path: Path) -> None:
    """A limit that changes makes another environment."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "base.txt").write_text("numpy==2.0\n-c limits.txt\n", encoding="utf-8")
    limits = tmp_path / "more" / "limits.txt"
    limits.write_text("scipy<2\n", encoding="utf-8")
    file = tmp_path / "requirements.txt"
    file.write_text("# ours\n-r more/base.txt\n\nzstandard==0.24  # fast\n", encoding="utf-8")
    read = read_requirements(file)
    assert read.lines[0] == "numpy==2.0"
    assert read.lines[1].startswith(f"--constraint {limits}  # ")
    assert read.lines[2:] == ("zstandard==0.24  # fast",)
    assert (read.folder, read.name) == (tmp_path, "requirements.txt")
    limits.write_text("scipy<3\n", encoding="utf-8")
    assert read_requirements(file).lines[1] != read.lines[1]
    with pytest.raises(ArmsError, match=r"none\.txt cannot be read"):
        read_requirements(tmp_path / "none.txt")


def test_a_run_records_the_packages_of_every_interpreter(
    library: Library, begin: Begin, built: Home, index: Path, home: Home
) -> None:
    """Under names that are the same wherever the repository is checked out.

    The project itself, which no index has, is no part of what can be built again.
    """
    own = wanted(index, "dependency==1.0", "# of this test")
    python = build_environment(built, library.python, own, silent)
    library.write("bench/suite.yaml", f"name: library\npython: {python}\n")
    install_locally(packages_of(python))
    library.commit()
    record = begin("run-1", suite=library.read()).record
    facts = {fact.name: fact.value for fact in record.environment}
    assert facts[f"package dependency of {python}"] == "1.0"
    assert facts[f"package library of {python}"] == "0.1"
    assert facts[f"python of {python}"].startswith("cpython 3.")
    assert "package numpy" in facts
    night = named_revision(library.read(), home, "", silent)
    names = [name.split("==")[0] for name in recorded_requirements(record, find(night)).lines]
    assert set(names) - {"setuptools"} == {"dependency"}


def install_locally(packages: Path) -> None:
    """The metadata of a project that was installed from a folder."""
    about = packages / "library-0.1.dist-info"
    about.mkdir(exist_ok=True)
    text = "Metadata-Version: 2.1\nName: library\nVersion: 0.1\n"
    (about / "METADATA").write_text(text, encoding="utf-8")
    origin = '{"url": "file:///library", "dir_info": {"editable": true}}'
    (about / "direct_url.json").write_text(origin, encoding="utf-8")


def test_an_environment_in_the_repository_has_one_name(tmp_path: Path, home: Home) -> None:
    """By hand and at night, whose worktree lacks it, it is the same."""
    make_environment(tmp_path / "library" / ".venv")
    (tmp_path / "library" / ".gitignore").write_text(".venv\n", encoding="utf-8")
    library = Library(tmp_path / "library", Path("../.venv/bin/python"))
    here, night = library.read(), named_revision(library.read(), home, "", silent)
    assert list(interpreter_names(here)) == list(interpreter_names(night)) == [".venv/bin/python"]


Record = Callable[..., RunRecord]


@pytest.fixture
def record(begin: Begin) -> Record:
    """A run that recorded these facts."""
    real = begin("run-1").record

    def recorded(**facts: str) -> RunRecord:
        environment = tuple(Fact(name.replace("__", " "), text) for name, text in facts.items())
        return replace(real, environment=environment)

    return recorded


def test_packages_that_moved_are_named(record: Record, library: Library) -> None:
    """Of the benchmark's own interpreter only; nothing where a run did not record them."""
    ours = replace(find(library.read()), python=Path(sys.executable))
    before = record(package__zstandard="0.24", package__a__of__x="1", kernel="6.1", package__b="1")
    after = record(package__zstandard="0.25", package__a__of__x="2", kernel="6.2", package__c="1")
    assert package_differences(before, after, ours) == (
        "b 1 (removed)",
        "c 1 (new)",
        "zstandard 0.24 → 0.25",
    )
    assert package_differences(before, record(kernel="6.1"), ours) == ()
    assert package_differences(before, after, find(library.read())) == ()
    assert recorded_requirements(before, ours).lines == ("b==1", "zstandard==0.24")
    with pytest.raises(ArmsError, match="did not record the packages of"):
        recorded_requirements(before, find(library.read()))


def test_versions_that_differ_come_by_name() -> None:
    """Whatever the case of their letters."""
    assert differing_versions({"B": "1", "a": "1"}, {"B": "2", "a": "2"}) == ("a 1 → 2", "B 1 → 2")


def test_an_interpreter_that_does_not_run_has_no_facts() -> None:
    """The rest is recorded."""
    facts = {fact.name: fact.value for fact in environment_facts({"gone": Path("/nowhere")})}
    assert facts["interpreters"] == "gone"
    assert not [name for name in facts if name.endswith(" of gone")]
