"""Makes the built-in suite importable as its workers see it: by the suite's folder."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

# As in a worker: read when NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[2] / "workloads"))


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Whatever a test starts, it ends."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
