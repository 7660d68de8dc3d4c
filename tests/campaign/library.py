"""A library in a repository, installed editable into an environment, with a suite beside it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

from perf_pipeline.campaign.arms.make import ArmPlace, revision_arms
from perf_pipeline.home import Home
from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.strays import strays
from perf_pipeline.measure.trial import run_trial
from perf_pipeline.model import TrialStatus
from perf_pipeline.suite.benchmark import Benchmark, Suite
from perf_pipeline.suite.read import read_suite
from tests.measure.builders import request

WORKLOAD = """
import pkg

def work():
    return lambda: {"answer": pkg.ANSWER}
"""


def make_environment(folder: Path) -> Path:
    """An empty environment; returns its interpreter."""
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder)],
        check=True,
        capture_output=True,
    )
    return folder / "bin" / "python"


def packages_of(python: Path) -> Path:
    """Where an environment keeps its packages."""
    return next((python.parent.parent / "lib").glob("python3*")) / "site-packages"


class Library:
    """A repository with a package `pkg`, whose `ANSWER` tells which checkout was imported."""

    def __init__(self, folder: Path, python: Path, *, sources: str = "src") -> None:
        """Write its first revision, `ANSWER` 1, with the benchmark `Work` in the suite `bench`."""
        self.folder = folder
        self.python = python
        self.package = folder / sources / "pkg"
        self.suite_folder = folder / "bench"
        for path in (self.package, self.suite_folder):
            path.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("bench/suite.yaml", f"name: library\npython: {python}\n")
        self.write("bench/work.yaml", "benchmark: {name: Work, workload: 'work.py:work'}\n")
        self.write("bench/work.py", WORKLOAD)
        self.first = self.answer(1)

    def git(self, *words: str) -> str:
        """What git answers in the repository."""
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        command = ["git", *who, "-c", "protocol.file.allow=always", "-C", str(self.folder), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def write(self, name: str, text: str) -> None:
        """A file of the repository, as it lies there."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")

    def set_answer(self, number: int) -> None:
        """What lies in the working tree now."""
        (self.package / "__init__.py").write_text(f"ANSWER = {number}\n", encoding="utf-8")

    def answer(self, number: int) -> str:
        """A revision with that answer; returns it."""
        self.set_answer(number)
        return self.commit()

    def commit(self) -> str:
        """A revision of what lies there; returns it."""
        self.git("add", ".")
        self.git("commit", "--quiet", "--allow-empty", "--message", "another")
        return self.git("rev-parse", "HEAD")

    def read(self) -> Suite:
        """The suite of the working tree."""
        return read_suite(self.suite_folder)


def find(suite: Suite, name: str = "Work") -> Benchmark:
    """A benchmark of the suite."""
    return next(one for one in suite.benchmarks if one.name == name)


def between(suite: Suite, home: Home, a: str, b: str, name: str = "Work") -> Arms:
    """The arms of a benchmark's first case."""
    case = find(suite, name).record.cases[0]
    return revision_arms(ArmPlace(home, suite, lambda _: None), name, case.case_id, a, b)


def run_arm(arm: Arm) -> Outcome:
    """One short trial of an arm."""
    return run_trial(request(arm.benchmark, case=arm.case))


def answers(arms: Arms) -> tuple[float, float]:
    """What A and B returned; both ran well, and only code of their own."""
    found = []
    for arm in (arms.a, arms.b):
        outcome = run_arm(arm)
        assert outcome.status is TrialStatus.OK, outcome.message + outcome.log_tail
        assert strays(outcome.imported, arm) == ()
        found.append(outcome.series["answer"].values[-1])
    return found[0], found[1]
