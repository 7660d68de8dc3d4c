"""Every trial of these tests must leave nothing behind."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from perf_pipeline.measure.supervisor import children_of


@pytest.fixture
def trials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the trials of this test live."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_left(trials: Path) -> Iterator[None]:
    """No process of a trial, no child and no folder of a trial outlives its test."""
    yield
    assert processes_of(trials, patience_s=0) == []
    assert children_of(os.getpid()) == []
    assert list(trials.glob("perf-trial-*")) == []


def processes_of(trials: Path, patience_s: float) -> list[int]:
    """Living processes of the trials below a folder, after waiting for their end."""
    deadline = time.monotonic() + patience_s
    while (found := _marked(trials)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _marked(trials: Path) -> list[int]:
    """Every process of a trial has the trial's own TMPDIR, or the spec on its command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if b"perf-trial-" in text and str(trials).encode() in text:
            found.append(int(process.name))
    return found
