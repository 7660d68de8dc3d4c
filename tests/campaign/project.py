"""A repository with a suite in it, revision by revision."""

from __future__ import annotations

import subprocess
from pathlib import Path

from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite

WORK = "def work(size=1):\n    return int\n"
YAML = "benchmark: {{name: Work, workload: 'work.py:work', parameters: {{size: [{size}]}}}}\n"


class Project:
    """A repository with a suite in a folder of it."""

    def __init__(self, folder: Path, settings: str = "") -> None:
        """Begin one with a first revision; `settings` are further lines of `suite.yaml`."""
        self.folder = folder
        self.suite_folder = folder / "bench"
        self.suite_folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("suite.yaml", f"name: project\n{settings}")
        self.write("work.py", WORK)
        self.commit(1)

    def git(self, *words: str) -> str:
        """What git answers in the repository."""
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        command = ["git", *who, "-C", str(self.folder), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def write(self, name: str, text: str) -> None:
        """A file of the suite, as it lies there."""
        (self.suite_folder / name).write_text(text, encoding="utf-8")

    def commit(self, size: int) -> str:
        """Another revision, whose benchmark has that size; returns it."""
        self.write("work.yaml", YAML.format(size=size))
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", f"size {size}")
        return self.git("rev-parse", "HEAD")

    def read(self) -> Suite:
        """The suite of the working tree."""
        return read_suite(self.suite_folder)
