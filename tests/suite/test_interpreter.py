"""Interpreters are found by path or version; a missing one waits for the night to say so."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from perf_pipeline.suite.interpreter import find_python


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts an executable of this name into a folder of the PATH."""

    def make(name: str, folder: str = "bin") -> Path:
        program = tmp_path / folder / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path / "bin") + ":" + str(tmp_path / "pyenv/shims"))
        return program

    return make


def test_our_own_is_the_default(tmp_path: Path) -> None:
    """Nothing declared means the interpreter that runs us."""
    assert find_python(None, tmp_path) == Path(sys.executable)


def test_a_version_is_looked_for_on_the_path(on_path: Callable[..., Path], tmp_path: Path) -> None:
    """3.10 is python3.10."""
    program = on_path("python3.10")
    assert find_python("3.10", tmp_path) == program


def test_a_shim_is_looked_behind(on_path: Callable[..., Path], tmp_path: Path) -> None:
    """The newest installed version that a pyenv shim could start is taken, whatever it chose."""
    on_path("python3.10", "pyenv/shims")
    on_path("python3.10", "pyenv/versions/3.10.9/bin")
    on_path("python3.10", "pyenv/versions/tools/bin")
    newest = on_path("python3.10", "pyenv/versions/3.10.12/bin")
    assert find_python("3.10", tmp_path) == newest


def test_a_shim_without_version_is_missing(on_path: Callable[..., Path], tmp_path: Path) -> None:
    """A shim that would only refuse is no interpreter."""
    on_path("python3.10", "pyenv/shims")
    assert find_python("3.10", tmp_path) == Path("python3.10")


def test_a_path_starts_from_the_suite_and_keeps_links(tmp_path: Path) -> None:
    """An environment's interpreter is a link; following it would lose the environment."""
    link = tmp_path / "suite/.venv/bin/python"
    link.parent.mkdir(parents=True)
    link.symlink_to(sys.executable)
    assert find_python(".venv/bin/python", tmp_path / "suite") == link
    assert find_python("../suite/.venv/bin/python", tmp_path / "suite") == link
    assert find_python(str(link), Path("/")) == link


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """~ is the user's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_python("~/bin/python", Path("/")) == tmp_path / "bin/python"


@pytest.mark.parametrize("declared", ["3.99", "no_such_python"])
def test_a_missing_interpreter_keeps_its_name(tmp_path: Path, declared: str) -> None:
    """It is an environment failure at night, not a fault of the suite."""
    found = find_python(declared, tmp_path)
    assert str(found).endswith(declared)
    assert not found.exists()
