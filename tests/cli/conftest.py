"""Commands run in this process, with all they print."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.cli import app
from jobs.cli.ending import run_to_the_end

GOLDEN = Path(__file__).parents[1] / "warehouse" / "golden" / "format_1" / "landing"


@dataclass(frozen=True)
class Ended:
    """What a command came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def perf(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `perf-pipeline` with the given words."""

    def run(*words: str) -> Ended:
        capsys.readouterr()
        code = run_to_the_end(app, words)
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder that `PERF_HOME` names in this test."""
    return tmp_path / "home"


@pytest.fixture
def landed(home: Path) -> Path:
    """A home in which one night has landed and nothing has been loaded."""
    shutil.copytree(GOLDEN, home / "landing")
    return home
