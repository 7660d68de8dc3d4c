"""Makes the built-in suite importable as its workers see it: by the suite's folder."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "workloads"))


@pytest.fixture(scope="session", autouse=True)
def one_blas_thread() -> None:
    """As in a worker; pytest's plugins import NumPy too early for the environment variable."""
    for library in Path(np.__file__).parents[1].glob("numpy.libs/libscipy_openblas64_*"):
        ctypes.CDLL(str(library)).scipy_openblas_set_num_threads64_(1)


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Whatever a test starts, it ends."""
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before
