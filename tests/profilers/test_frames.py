"""Whose code a frame is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from perf_pipeline.model import FrameKind
from perf_pipeline.profilers.frames import BUILT_IN, FrameTable, classify

APP = (Path("/home/me/app"),)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/home/me/app/src/x.py", FrameKind.OWN),
        ("/home/me/app/lib/x.py", FrameKind.OWN),
        ("src/x.py", FrameKind.OWN),
        ("<string>", FrameKind.OWN),
        ("/home/me/app/.venv/lib/python3.11/site-packages/numpy/x.py", FrameKind.LIBRARY),
        ("/home/me/app/.python/lib/python3.13t/json/decoder.py", FrameKind.INTERPRETER),
        ("/home/me/other/x.py", FrameKind.LIBRARY),
        ("/home/me/application/x.py", FrameKind.LIBRARY),
        ("/usr/lib/python3/dist-packages/yaml/x.py", FrameKind.LIBRARY),
        ("/usr/lib/python3.11/threading.py", FrameKind.INTERPRETER),
        ("/opt/pypy/lib/pypy3.10/json/decoder.py", FrameKind.INTERPRETER),
        ("<frozen importlib._bootstrap>", FrameKind.INTERPRETER),
        ("", FrameKind.INTERPRETER),
    ],
)
def test_kind_of_files(file: str, kind: FrameKind) -> None:
    """Below a root is own, installed is library, Python's is interpreter."""
    assert classify("f", file, APP) is kind


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        ("<built-in method builtins.sum>", FrameKind.INTERPRETER),
        ("<built-in method time.sleep>", FrameKind.INTERPRETER),
        ("<built-in method __new__ of type object>", FrameKind.INTERPRETER),
        ("<method 'append' of 'list' objects>", FrameKind.INTERPRETER),
        ("<method 'acquire' of '_thread.lock' objects>", FrameKind.INTERPRETER),
        ("<method 'reduce' of 'numpy.ufunc' objects>", FrameKind.LIBRARY),
        ("<built-in method numpy.array>", FrameKind.LIBRARY),
    ],
)
def test_kind_of_functions_in_c(function: str, kind: FrameKind) -> None:
    """A function without a file belongs to the module in its name."""
    assert classify(function, BUILT_IN, APP) is kind


def test_real_modules() -> None:
    """Files of this interpreter and its environment are told apart."""
    assert classify("loads", json.__file__) is FrameKind.INTERPRETER
    assert classify("array", np.__file__) is FrameKind.LIBRARY
    assert classify("test", __file__) is FrameKind.OWN


def test_root_inside_an_environment() -> None:
    """A root that is itself an installed package is own."""
    root = Path("/env/lib/python3.11/site-packages/mine")
    assert classify("f", str(root / "x.py"), (root,)) is FrameKind.OWN


def test_root_behind_a_link(tmp_path: Path) -> None:
    """A root may be named by a link while the frames name the folder, and the other way round."""
    folder, link = tmp_path / "real", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    assert classify("f", str(folder / "x.py"), (link,)) is FrameKind.OWN
    assert classify("f", str(link / "x.py"), (link,)) is FrameKind.OWN


def test_line_with_most_samples() -> None:
    """The line of a frame does not depend on the order of its samples; the lowest of equals."""
    rows = [(8, 2), (3, 5), (4, 5)]
    for order in (rows, rows[::-1]):
        table = FrameTable()
        for line, samples in order:
            assert table.index("f", "/x.py", line, samples) == 0
        assert table.frames()[0].line == 3
