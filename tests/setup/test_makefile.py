"""`make`: what it offers, and what it answers where Python will not do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEBIAN_SAYS = "The virtual environment was not created successfully because ensurepip is not"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile, and nothing to install."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements.lock").touch()
    (folder / "pyproject.toml").touch()
    return folder


def make(
    folder: Path, *words: str, path: str = os.environ["PATH"]
) -> subprocess.CompletedProcess[str]:
    """Run make there."""
    return subprocess.run(
        ["make", *words],
        cwd=folder,
        env={"PATH": path, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def program(file: Path, script: str) -> None:
    """An executable shell script."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def python_without_venv(file: Path) -> None:
    """Answers as Debian's Python does whose venv package is missing: a half-made folder, then 1."""
    program(
        file,
        f"""if [ "$1 $2" = "-m venv" ]; then
    mkdir -p "$3/bin" && ln -s '{sys.executable}' "$3/bin/python" && echo '{DEBIAN_SAYS}'
    exit 1
fi
exec '{sys.executable}' "$@" """,
    )


def test_make_alone_lists_every_target_with_a_line(checkout: Path) -> None:
    """Somebody types `make` and sees."""
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    listed = [line.split(maxsplit=2) for line in make(checkout).stdout.splitlines()]
    assert [target for _, target, _ in listed] == phony[1].split()
    assert {len(line) for line in listed} == {3}


def test_an_environment_is_made_by_the_python_that_is_named(checkout: Path) -> None:
    """For real; a second time there is nothing to do."""
    made = make(checkout, ".venv/bin/python", f"PYTHON={sys.executable}")
    assert (made.returncode, made.stderr) == (0, "")
    assert (checkout / ".venv" / "bin" / "pip").exists()
    assert "up to date" in make(checkout, ".venv/bin/python").stdout


def test_a_missing_venv_module_is_answered_with_the_one_command(
    checkout: Path, tmp_path: Path
) -> None:
    """As on a fresh Debian; nothing half-made stays, so that the next try begins anew."""
    python_without_venv(tmp_path / "bin" / "python3")
    program(tmp_path / "bin" / "apt", "exit 1")
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    refused = make(checkout, "install", "PYTHON=python3", path=path)
    assert refused.returncode != 0
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"\n    apt install python{version}-venv\n" in refused.stderr
    assert DEBIAN_SAYS not in refused.stdout + refused.stderr
    assert not (checkout / ".venv").exists()


def test_where_there_is_no_apt_the_reason_is_shown(checkout: Path, tmp_path: Path) -> None:
    """There is no command to offer."""
    python_without_venv(tmp_path / "bin" / "python3")
    for name in ("make", "sh", "rm", "mkdir", "ln", "env"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    refused = make(checkout, "install", "PYTHON=python3", path=str(tmp_path / "bin"))
    assert refused.returncode != 0
    assert DEBIAN_SAYS in refused.stderr


def test_a_python_out_of_range_is_passed_over(checkout: Path, tmp_path: Path) -> None:
    """The next one that will do is taken."""
    program(tmp_path / "bin" / "old", "exit 1")
    quick = 'if [ "$1" = -m ]; then set -- "$@" --without-pip; fi'
    program(tmp_path / "bin" / "new", f"{quick}; exec '{sys.executable}' \"$@\"")
    pythons = " ".join(f"{tmp_path}/bin/{name}" for name in ("none", "old", "new"))
    made = make(checkout, ".venv/bin/python", f"PYTHON={pythons}")
    assert (made.returncode, made.stderr) == (0, "")
    assert (checkout / ".venv" / "bin" / "python").exists()


def test_without_any_python_in_range_it_says_which_are(checkout: Path, tmp_path: Path) -> None:
    """And how to name one."""
    program(tmp_path / "bin" / "old", "exit 1")
    refused = make(checkout, "install", f"PYTHON={tmp_path}/bin/old")
    assert refused.returncode != 0
    assert "no Python 3.11, 3.12 or 3.13" in refused.stderr
    assert "make install PYTHON=" in refused.stderr


def test_cleaning_keeps_what_was_measured(checkout: Path) -> None:
    """No target deletes it."""
    for kept in ("data/landing/one.parquet", "data/__pycache__/kept", "jobs/kept.py"):
        (checkout / kept).parent.mkdir(parents=True, exist_ok=True)
        (checkout / kept).touch()
    for gone in (".venv/bin/python", "jobs/__pycache__/x.pyc", ".mypy_cache/x", ".env"):
        (checkout / gone).parent.mkdir(parents=True, exist_ok=True)
        (checkout / gone).touch()
    assert make(checkout, "clean").returncode == 0
    files = {str(file.relative_to(checkout)) for file in checkout.rglob("*") if file.is_file()}
    assert files == {
        "Makefile",
        "requirements.lock",
        "pyproject.toml",
        "data/landing/one.parquet",
        "data/__pycache__/kept",
        "jobs/kept.py",
    }


def test_the_script_of_ci_is_a_script() -> None:
    """It can be run, and bash understands it."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)
