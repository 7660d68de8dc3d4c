"""What an interpreter says of itself, and which of its folders belong to a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from perf_pipeline.home import CHECKOUT
from perf_pipeline.measure.environment import inherited
from perf_pipeline.measure.import_roots import import_roots
from perf_pipeline.measure.interpreter import Interpreter, describe_interpreter
from tests.measure.builders import other_pythons


@pytest.mark.parametrize(("version", "path"), other_pythons().items())
def test_an_interpreter_is_asked(version: str, path: str) -> None:
    """Any from 3.8 knows its version, import path and packages."""
    if not path:
        pytest.skip(f"no Python {version} on this machine")
    described = describe_interpreter(Path(path), inherited())
    assert described is not None
    assert described.version.startswith(f"cpython {version}.")
    assert any((folder / "json").is_dir() for folder in described.import_path)


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/true", "/bin/false"])
def test_what_is_no_interpreter_describes_nothing(program: str) -> None:
    """Missing, silent or failing."""
    assert describe_interpreter(Path(program), inherited()) is None


def test_only_folders_of_the_project_move(tmp_path: Path) -> None:
    """Not packages, not the interpreter's own, nothing of ours, nothing outside."""
    clone, night, elsewhere = (tmp_path / name for name in ("clone", "clone/nights/1", "else"))
    env = clone / "env"
    inside = ["src", ".", "env/lib/python3/site-packages", "env/lib/python3", "src"]
    folders = [*(clone / name for name in inside), night / "lib", elsewhere, CHECKOUT]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    described = Interpreter("", (*folders, clone / "gone"), (), (env,), ())
    arm = tmp_path / "arm"
    checkouts = (clone, night, CHECKOUT)
    assert import_roots(described, checkouts, arm) == (arm / "src", arm, arm / "lib")


@pytest.mark.parametrize(
    ("module", "path", "root"),
    [
        ("pkg", "src/pkg", "src"),
        ("pkg", "src/pkg/__init__.py", "src"),
        ("module", "module.py", "."),
        ("space.pkg", "src/space/pkg", "src"),
        ("fast", "src/fast.cpython-311-x86_64-linux-gnu.so", "src"),
        ("renamed", "src/pkg", None),
    ],
)
def test_a_redirected_module_has_a_root(
    tmp_path: Path, module: str, path: str, root: str | None
) -> None:
    """The folder from which it is found under that name; none for a folder of another name."""
    file = tmp_path / path
    (file if "." not in file.name else file.parent).mkdir(parents=True, exist_ok=True)
    described = Interpreter("", (), ((module, file),), (), ())
    wanted = () if root is None else (tmp_path / "arm" / root,)
    assert import_roots(described, (tmp_path,), tmp_path / "arm") == wanted
