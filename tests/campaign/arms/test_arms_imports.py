"""What an arm imports of the measured project is its own, however that project is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from perf_pipeline.campaign.arms.revisions import WORKING_TREE
from perf_pipeline.campaign.worktree import named_revision
from perf_pipeline.home import Home
from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.strays import strays
from perf_pipeline.measure.trials import code_of, fingerprint_of
from perf_pipeline.model import TrialStatus
from perf_pipeline.suite.read import read_suite
from tests.campaign.library import (
    WORKLOAD,
    Library,
    answers,
    between,
    find,
    make_environment,
    packages_of,
    run_arm,
)

ORIGINAL = 9
"""The answer that lies in the working tree, and in no revision."""


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An environment of the test's own."""
    return make_environment(tmp_path / "environment")


@pytest.fixture
def library(tmp_path: Path, python: Path) -> Library:
    """Two revisions that answer 1 and 2, in the src layout, and a working tree that answers 9."""
    return with_history(Library(tmp_path / "library", python))


def with_history(library: Library) -> Library:
    """A second revision, and something else in the working tree."""
    library.answer(2)
    library.set_answer(ORIGINAL)
    return library


def install_by_path(library: Library, *folders: str) -> None:
    """An editable install as most tools make it: folders in a `.pth`."""
    lines = "\n".join(str(library.folder / folder) for folder in folders)
    (packages_of(library.python) / "library.pth").write_text(lines + "\n", encoding="utf-8")


def install_by_finder(
    library: Library, mapping: dict[str, str], namespaces: dict[str, list[str]]
) -> None:
    """An editable install as setuptools makes it, written by setuptools itself."""
    wheel = pytest.importorskip("setuptools.command.editable_wheel")
    name = "__editable___library_1_0_finder"
    content = wheel._finder_template(name, mapping, namespaces)
    text = content if isinstance(content, str) else b"".join(content).decode()
    packages = packages_of(library.python)
    (packages / f"{name}.py").write_text(text, encoding="utf-8")
    hook = f"import {name}; {name}.install()\n"
    (packages / "__editable__.library-1.0.pth").write_text(hook, encoding="utf-8")


def stray_of(arm: Arm) -> tuple[str, ...]:
    """What an arm imports from elsewhere."""
    outcome = run_arm(arm)
    assert outcome.status is TrialStatus.OK, outcome.message
    return strays(outcome.imported, arm)


def test_an_editable_install_does_not_hide_the_worktree(library: Library, home: Home) -> None:
    """Both arms would import the working tree: the comparison of one code with itself."""
    install_by_path(library, "src")
    arms = between(library.read(), home, "HEAD~1", "HEAD")
    assert answers(arms) == (1, 2)
    hidden = replace(arms.a, benchmark=replace(arms.a.benchmark, import_roots=()))
    assert stray_of(hidden) == (str(library.package / "__init__.py"),)


def test_a_flat_layout_does_not_hide_it_either(tmp_path: Path, python: Path, home: Home) -> None:
    """The repository itself is on the import path."""
    library = with_history(Library(tmp_path / "library", python, sources="."))
    install_by_path(library, ".")
    assert answers(between(library.read(), home, "HEAD~1", "HEAD")) == (1, 2)


def test_the_finder_of_setuptools(library: Library, home: Home) -> None:
    """It maps a package to a folder, behind the import path."""
    install_by_finder(library, {"pkg": str(library.package)}, {})
    arms = between(library.read(), home, "HEAD~1", "HEAD")
    assert arms.a.root is not None
    assert arms.a.benchmark.import_roots == (arms.a.root / "src",)
    assert answers(arms) == (1, 2)


def test_a_module_that_only_the_original_has_is_a_stray(library: Library, home: Home) -> None:
    """The finder offers it to both arms; it is named."""
    install_by_finder(library, {"pkg": str(library.package)}, {})
    library.write("bench/work.py", "import pkg.extra\n\ndef work():\n    return int\n")
    library.commit()
    library.write("src/pkg/extra.py", "")
    arms = between(library.read(), home, "HEAD", "HEAD")
    assert stray_of(arms.a) == (str(library.package / "extra.py"),)


def test_a_project_installed_by_hatchling(tmp_path: Path, home: Home) -> None:
    """A real `pip install --editable`, whose finder redirects a module to a file."""
    pytest.importorskip("hatchling")
    python = make_environment(tmp_path / "environment")
    ours = sysconfig.get_paths()["purelib"]
    (packages_of(python) / "tools.pth").write_text(f"{ours}\n", encoding="utf-8")
    library = Library(tmp_path / "library", python, sources="code/deep")
    library.write(
        "pyproject.toml",
        """
        [build-system]
        requires = ["hatchling", "editables"]
        build-backend = "hatchling.build"
        [project]
        name = "library"
        version = "1.0"
        [tool.hatch.build]
        dev-mode-exact = true
        [tool.hatch.build.targets.wheel]
        packages = ["code/deep/pkg"]
        """,
    )
    library.commit()
    with_history(library)
    install = ["-m", "pip", "install", "--no-deps", "--no-index", "--no-build-isolation", "-e", "."]
    subprocess.run([python, *install], cwd=library.folder, check=True, capture_output=True)
    assert (packages_of(python) / "_editable_impl_library.py").exists()
    assert answers(between(library.read(), home, "HEAD~1", "HEAD")) == (1, 2)


def test_a_namespace_package(tmp_path: Path, python: Path, home: Home) -> None:
    """Its parts may lie in several folders; that of the arm comes first."""
    library = Library(tmp_path / "library", python, sources="src/space")
    (library.folder / "other" / "space").mkdir(parents=True)
    library.write("other/space/more.py", "MORE = 1\n")
    library.write(
        "bench/work.py",
        """
        from space import more, pkg

        def work():
            return lambda: {"answer": pkg.ANSWER * more.MORE}
        """,
    )
    library.commit()
    with_history(library)
    install_by_path(library, "src", "other")
    assert answers(between(library.read(), home, "HEAD~1", "HEAD")) == (1, 2)


def test_a_namespace_package_by_the_finder_of_setuptools(
    tmp_path: Path, python: Path, home: Home
) -> None:
    """It names the namespace and the package within it apart."""
    library = Library(tmp_path / "library", python, sources="src/space")
    text = 'from space import pkg\n\ndef work():\n    return lambda: {"answer": pkg.ANSWER}\n'
    library.write("bench/work.py", text)
    library.commit()
    with_history(library)
    install_by_finder(library, {"space.pkg": str(library.package)}, {"space": []})
    assert answers(between(library.read(), home, "HEAD~1", "HEAD")) == (1, 2)


def test_a_package_that_is_a_link(library: Library, home: Home) -> None:
    """`flit install --symlink` puts one where packages are."""
    (packages_of(library.python) / "pkg").symlink_to(library.package)
    arms = between(library.read(), home, "HEAD~1", "HEAD")
    assert answers(arms) == (1, 2)
    hidden = replace(arms.a, benchmark=replace(arms.a.benchmark, import_roots=()))
    assert len(stray_of(hidden)) == 1


def test_the_working_tree_against_its_revision(library: Library, home: Home) -> None:
    """What lies there uncommitted is an arm like any other."""
    install_by_path(library, "src")
    arms = between(library.read(), home, "HEAD", WORKING_TREE)
    assert answers(arms) == (2, ORIGINAL)


def test_a_compiled_extension(tmp_path: Path, python: Path, home: Home) -> None:
    """Each arm compiles and imports its own."""
    library = compiled(Library(tmp_path / "library", python), python, build=True)
    install_by_path(library, "src")
    arms = between(library.read(), home, "HEAD~1", "HEAD")
    assert answers(arms) == (1, 2)
    assert arms.data_differs
    assert arms.differences == ("src/pkg/fast.c",)
    prints = [fingerprint(arm) for arm in (arms.a, arms.b)]
    assert prints[0] != prints[1]


def test_a_compiled_extension_that_nobody_builds(tmp_path: Path, python: Path, home: Home) -> None:
    """What was built by hand in the working tree is not taken for the arm's."""
    library = compiled(Library(tmp_path / "library", python), python, build=False)
    install_by_path(library, "src")
    subprocess.run(["sh", "build.sh"], cwd=library.folder, check=True)
    assert run_arm(Arm("here", find(library.read()), find(library.read()).record.cases[0])).series
    outcome = run_arm(between(library.read(), home, "HEAD~1", "HEAD").a)
    assert outcome.status is not TrialStatus.OK
    assert "fast" in outcome.message


def fingerprint(arm: Arm) -> str:
    """Of what an arm runs."""
    outcome = run_arm(arm)
    return fingerprint_of(arm.benchmark, outcome, code_of(arm.benchmark, outcome))


def compiled(library: Library, python: Path, *, build: bool) -> Library:
    """Its answer is in C from now on: 1, then 2."""
    include = sysconfig.get_paths()["include"]
    if not shutil.which("cc") or not (Path(include) / "Python.h").exists():
        pytest.skip("there is no C compiler, or no Python.h")
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    library.write(
        "build.sh", f"cc -shared -fPIC -I{include} -o src/pkg/fast{suffix} src/pkg/fast.c"
    )
    library.write(".gitignore", "*.so\n")
    step = "build: [sh, build.sh]\n" if build else ""
    library.write("bench/suite.yaml", f"name: library\npython: {python}\n{step}")
    (library.package / "__init__.py").write_text("from pkg.fast import ANSWER\n", encoding="utf-8")
    for answer in (1, 2):
        library.write(
            "src/pkg/fast.c",
            f"""
            #include <Python.h>
            static struct PyModuleDef fast = {{PyModuleDef_HEAD_INIT, "fast", NULL, -1, NULL}};
            PyMODINIT_FUNC PyInit_fast(void) {{
                PyObject *module = PyModule_Create(&fast);
                PyModule_AddIntConstant(module, "ANSWER", {answer});
                return module;
            }}
            """,
        )
        library.commit()
    return library


def test_a_suite_outside_the_repository(library: Library, home: Home, tmp_path: Path) -> None:
    """It stays where it is; what it imports is each arm's."""
    install_by_path(library, "src")
    shutil.move(library.suite_folder, tmp_path / "suite")
    text = f"name: outside\nrepository: {library.folder}\npython: {library.python}\n"
    (tmp_path / "suite" / "suite.yaml").write_text(text, encoding="utf-8")
    suite = read_suite(tmp_path / "suite")
    arms = between(suite, home, "HEAD~1", "HEAD")
    assert answers(arms) == (1, 2)
    assert arms.a.benchmark.root == arms.b.benchmark.root == tmp_path / "suite"
    same = between(suite, home, "HEAD", "HEAD")
    assert fingerprint(same.a) == fingerprint(same.b) != fingerprint(arms.a)


def test_files_of_the_repository_that_a_suite_elsewhere_names(
    library: Library, home: Home, tmp_path: Path
) -> None:
    """A program on a command line, a workload by a path that leads there."""
    library.write("tool.sh", "test $(cat $(dirname $0)/data.txt) = 1\n")
    for answer in (1, 2):
        library.write("data.txt", f"{answer}\n")
        library.commit()
    outside = tmp_path / "suite"
    outside.mkdir()
    (outside / "suite.yaml").write_text(
        f"name: outside\nrepository: {library.folder}\n", encoding="utf-8"
    )
    (outside / "tool.yaml").write_text(
        f"benchmark: {{name: Tool, command: [sh, '{library.folder}/tool.sh']}}\n", encoding="utf-8"
    )
    (outside / "work.yaml").write_text(
        "benchmark: {name: Work, workload: '../library/bench/work.py:work'}\n", encoding="utf-8"
    )
    arms = between(read_suite(outside), home, "HEAD~1", "HEAD", "Tool")
    assert run_arm(arms.a).message == ""
    assert "exit code 1" in run_arm(arms.b).message
    arms = between(read_suite(outside), home, "HEAD~1", "HEAD")
    for arm in (arms.a, arms.b):
        assert arm.root is not None
        assert arm.benchmark.workload is not None
        assert arm.benchmark.workload.file == arm.root / "bench" / "work.py"


def test_equal_code_in_two_checkouts_has_one_fingerprint(library: Library, home: Home) -> None:
    """Also outside the suite's own folder."""
    install_by_path(library, "src")
    arms = between(library.read(), home, "HEAD", "HEAD")
    assert fingerprint(arms.a) == fingerprint(arms.b) != ""
    outcome = run_arm(arms.a)
    names = [part.name for part in code_of(arms.a.benchmark, outcome)]
    assert names == ["../src/pkg/__init__.py", "work.py"]


def test_a_submodule_is_the_arms_own(
    tmp_path: Path, python: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is checked out at the commit that each revision names."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    inner = Library(tmp_path / "inner", python)
    outer = Library(tmp_path / "outer", python, sources="unused")
    outer.git("submodule", "add", "--quiet", str(inner.folder), "vendor")
    outer.commit()
    inner.answer(2)
    outer.git("-C", "vendor", "pull", "--quiet")
    outer.commit()
    install_by_path(outer, "vendor/src")
    arms = between(outer.read(), home, "HEAD~1", "HEAD")
    assert answers(arms) == (1, 2)
    assert arms.differences == ("vendor",)


def test_an_environment_within_the_repository(tmp_path: Path, home: Home) -> None:
    """It is not committed, so both arms take the one that is there."""
    python = make_environment(tmp_path / "library" / ".venv")
    (tmp_path / "library" / ".gitignore").write_text(".venv\n", encoding="utf-8")
    library = Library(tmp_path / "library", python)
    library.write("bench/suite.yaml", "name: library\npython: ../.venv/bin/python\n")
    library.commit()
    with_history(library)
    install_by_path(library, "src")
    packaged = packages_of(python) / "packaged.py"
    packaged.write_text("", encoding="utf-8")
    library.write("bench/work.py", f"import packaged\n{WORKLOAD}")
    library.git("commit", "--quiet", "--message", "packaged", "bench")
    arms = between(library.read(), home, "HEAD~2", "HEAD")
    assert arms.a.benchmark.python == arms.b.benchmark.python == python
    assert answers(arms) == (1, 2)
    assert str(packaged) in run_arm(arms.b).imported


def test_a_schedule_measures_the_revision_of_an_editable_install(
    library: Library, home: Home
) -> None:
    """The worktree of the night imports its own code, too."""
    install_by_path(library, "src")
    suite = named_revision(library.read(), home, "", lambda _: None)
    benchmark = find(suite)
    outcome = run_arm(Arm("night", benchmark, benchmark.record.cases[0]))
    assert outcome.series["answer"].values[-1] == 2
    assert fingerprint(Arm("night", benchmark, benchmark.record.cases[0])) == fingerprint(
        between(suite, home, "HEAD", "HEAD").a
    )


PROGRAM = "import os, pkg; open(os.environ['SEEN'], 'a').write(str(pkg.ANSWER))"


def seen(arms: Arms, file: Path) -> str:
    """What programs of both arms wrote, A first."""
    found = []
    for arm in (arms.a, arms.b):
        file.unlink(missing_ok=True)
        outcome = run_arm(arm)
        assert outcome.status is TrialStatus.OK, outcome.message + outcome.log_tail
        found.append(file.read_text(encoding="utf-8")[0])
    return "".join(found)


def test_a_command_imports_from_its_arm(library: Library, home: Home, tmp_path: Path) -> None:
    """Any change may matter to it: what it imports is not known."""
    install_by_path(library, "src")
    file = tmp_path / "seen"
    library.write(
        "bench/program.yaml",
        f"""
        benchmark:
          name: Program
          command: ['{{python}}', -c, "{PROGRAM}"]
          environment: {{set: {{SEEN: '{file}', PYTHONPATH: /nowhere}}}}
        """,
    )
    for answer in (1, 2):
        library.answer(answer)
    library.set_answer(ORIGINAL)
    arms = between(library.read(), home, "HEAD~1", "HEAD", "Program")
    assert seen(arms, file) == "12"
    assert arms.data_differs


def test_what_measures_imports_nothing_of_the_arm(library: Library, home: Home) -> None:
    """A file called like a module of the standard library is none of the worker's business."""
    install_by_path(library, "src")
    for name in ("subprocess", "select"):
        library.write(f"src/{name}.py", "raise RuntimeError\n")
    library.write("bench/program.yaml", "benchmark: {name: Program, command: ['true']}\n")
    library.commit()
    arms = between(library.read(), home, "HEAD", "HEAD", "Program")
    assert arms.a.benchmark.import_roots
    assert run_arm(arms.a).message == ""


def test_a_service_and_what_a_workload_starts_import_from_their_arm(
    library: Library, home: Home, tmp_path: Path
) -> None:
    """Both are other processes than the worker."""
    install_by_path(library, "src")
    file, served = tmp_path / "seen", tmp_path / "served"
    service = PROGRAM.replace("os.environ['SEEN']", f"'{served}'")
    library.write(
        "bench/served.yaml",
        f"""
        benchmark:
          name: Served
          workload: served.py:served
          environment: {{set: {{SEEN: '{file}'}}}}
          service:
            command:
              - '{{python}}'
              - -c
              - "{service}; print('up', flush=True); import time; time.sleep(60)"
              - '{{port}}'
            ready: {{log: up}}
        """,
    )
    program = textwrap.dedent(f"""
        import subprocess, sys

        def served():
            return lambda: subprocess.run([sys.executable, "-c", {PROGRAM!r}], check=True)
    """)
    library.write("bench/served.py", program)
    for answer in (1, 2):
        library.answer(answer)
    library.set_answer(ORIGINAL)
    arms = between(library.read(), home, "HEAD~1", "HEAD", "Served")
    assert seen(arms, file) == "12"
    assert served.read_text(encoding="utf-8") == "12"


def test_only_imports_within_a_foreign_checkout_are_strays(tmp_path: Path) -> None:
    """Neither the arm's own, nor packages and interpreters, wherever they lie."""
    python = tmp_path / "original" / "conda" / "bin" / "python"
    benchmark = replace(read_suite(tiny()).benchmarks[0], python=python)
    root = tmp_path / "original" / "arms" / "a"
    foreign = (tmp_path / "original", tmp_path / "arms" / "b")
    arm = Arm("a", benchmark, benchmark.record.cases[0], root, foreign)
    own = [root / "x.py", Path(sys.prefix) / "y.py", tmp_path / "z.py"]
    shared = [
        tmp_path / "original" / "conda" / "lib" / "python3" / "os.py",
        tmp_path / "original" / ".venv" / "lib" / "site-packages" / "numpy.py",
    ]
    alien = [tmp_path / "original" / "x.py", tmp_path / "arms" / "b" / "x.py"]
    files = [str(path) for path in (*own, *alien, *shared)]
    assert strays(files, arm) == tuple(map(str, alien))
    assert strays(files, replace(arm, root=None)) == ()


def tiny() -> Path:
    """A suite that is there anyway."""
    return Path(__file__).parents[2] / "suites" / "tiny"
