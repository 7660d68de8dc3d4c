"""A suite in a temporary folder, written from texts."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite

ReadFiles = Callable[[dict[str, str]], Suite]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Writes files below a suite folder and returns the folder; `suite.yaml` has a default."""

    def write_files(files: dict[str, str]) -> Path:
        root = tmp_path / "suite"
        for name, text in {"suite.yaml": "name: demo\n", **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return root

    return write_files


@pytest.fixture
def read(write: Callable[[dict[str, str]], Path]) -> ReadFiles:
    """Writes files and reads the suite."""
    return lambda files: read_suite(write(files))


@pytest.fixture
def read_one(read: ReadFiles) -> Callable[[str], Suite]:
    """Reads a suite of one benchmark file; `work.py` takes any parameters."""

    def read_text(text: str) -> Suite:
        return read({"one.yaml": text, "work.py": "def make(**parameters): ...\n"})

    return read_text
