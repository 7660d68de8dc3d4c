"""Real child processes for the profilers to look at, and a check that nothing is left of them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from perf_pipeline.profilers.base import Scope

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Target:
    """A process that waits to be told to work."""

    process: subprocess.Popen[str]

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def work(self) -> int:
        """Let it make its calls; returns how many it made (0 if it died)."""
        self.begin()
        return int(self._answer() or 0)

    def begin(self) -> None:
        """Let it begin and do not wait."""
        self._tell()

    def wait_until_ready(self) -> None:
        """Return when it has set up."""
        assert self._answer() == "ready"

    def _tell(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No process and no thread outlives a test."""
    children = _children()
    threads = set(threading.enumerate())
    yield
    assert _children() - children == set()
    assert set(threading.enumerate()) - threads == set()


def _children() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


@pytest.fixture
def start() -> Iterator[Callable[..., Target]]:
    """Start the stand-in worker (or another command) and wait until it is ready."""
    targets: list[Target] = []

    def _start(
        *arguments: str | Path,
        program: str | Path = PROGRAMS / "worker.py",
        python: str | Path = sys.executable,
    ) -> Target:
        command = [str(word) for word in (python, program, *arguments)]
        pipe = subprocess.PIPE
        targets.append(Target(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)))
        targets[-1].wait_until_ready()
        return targets[-1]

    yield _start
    for target in targets:
        with target.process:
            target.process.kill()


@pytest.fixture
def scope() -> Scope:
    """The programs of these tests are the user's, except for their worker."""
    return Scope((PROGRAMS,), str(PROGRAMS / "worker.py"))


@pytest.fixture
def programs() -> Path:
    """Where the stand-in worker and its workload are."""
    return PROGRAMS
