"""A small repository with a suite and a home of its own, and campaigns over it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from jobs.wiring import open_store
from perf_pipeline.home import Home
from perf_pipeline.measure.machine import machine_name
from perf_pipeline.model import Ground, Subject, VerdictRecord

SUITE = "planted"


def begin(folder: Path, workloads: Mapping[str, str], shared: Path | None = None) -> None:
    """A repository without a commit; `workloads` are `file:factory` by benchmark.

    Args:
        folder: Emptied first.
        workloads: Files are those of the suite's folder, which `commit` writes.
        shared: A file that the suite's files import, copied beside them.
    """
    shutil.rmtree(folder, ignore_errors=True)
    suite = suite_of(folder)
    suite.mkdir(parents=True)
    if shared is not None:
        shutil.copyfile(shared, suite / shared.name)
    (suite / "suite.yaml").write_text(f"name: {SUITE}\nbudget: quick\n", encoding="utf-8")
    benchmarks = [
        {"benchmark": {"name": name, "workload": workload, "parameters": {}}}
        for name, workload in workloads.items()
    ]
    (suite / "benchmarks.yaml").write_text(yaml.safe_dump_all(benchmarks), encoding="utf-8")
    home = folder / "home"
    home.mkdir()
    (home / "suites.yaml").write_text(yaml.safe_dump({"suites": [str(suite)]}), encoding="utf-8")
    _git(folder, "init", "--quiet", "--initial-branch=main")


def suite_of(folder: Path) -> Path:
    """Where the files of the suite lie."""
    return folder / "project" / "bench"


def commit(folder: Path, files: Mapping[str, str], message: str) -> None:
    """Write files of the suite, by name, and commit them."""
    for name, text in files.items():
        (suite_of(folder) / name).write_text(text, encoding="utf-8")
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", message)


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Evaluation", "-c", "user.email=evaluation@example.org")
    subprocess.run(["git", *who, "-C", str(folder / "project"), *words], check=True)


def campaign(folder: Path) -> None:
    """One campaign of all days over what is committed."""
    program = Path(sys.executable).with_name("perf-pipeline")
    environment = {
        **os.environ,
        "PERF_HOME": str(folder / "home"),
        "PERF_LOCK": str(folder / "lock"),
    }
    subprocess.run([program, "run"], env=environment, check=True, capture_output=True)


def verdicts(folder: Path) -> tuple[VerdictRecord, ...]:
    """What the A/Bs of the newest campaign said, of every metric."""
    store = open_store(Home(folder / "home"))
    newest = store.campaigns(SUITE, machine_name())[-1]
    return tuple(
        one
        for one in store.verdicts(newest)
        if one.subject is Subject.CHANGE and one.ground is Ground.AB
    )
