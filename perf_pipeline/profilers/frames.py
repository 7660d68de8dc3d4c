"""Frames: whose code they are, and one table of them per profile."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

from perf_pipeline.model import Frame, FrameKind

BUILT_IN = "<built-in>"
"""The file of functions written in C."""

_PACKAGES = re.compile(r"/(?:site|dist)-packages/")
_STANDARD_LIBRARY = re.compile(r"/lib(?:64)?/(?:python|pypy)[\d.]+t?(?:\.zip)?/")
_OF_TYPE = re.compile(r" of '([^']+)' objects>")
_OF_MODULE = re.compile(r"<built-in method ([\w.]+)")


def classify(function: str, file: str, own_roots: Sequence[Path] = ()) -> FrameKind:
    """Whose code a function is, by its file.

    Own is what lies below one of the roots, except an environment or an interpreter in there.
    Without roots all that is neither installed nor part of Python is own. Code without a file of
    its own (`python -c`, `exec`) is own; a function in C belongs to the module in its name, so
    an extension module of the user's counts as a library.

    >>> classify("parse", "/app/src/parser.py", [Path("/app")])
    <FrameKind.OWN: 'own'>
    >>> classify("dot", "/app/.venv/lib/python3.11/site-packages/numpy/core.py", [Path("/app")])
    <FrameKind.LIBRARY: 'library'>
    >>> classify("<built-in method builtins.sum>", "<built-in>")
    <FrameKind.INTERPRETER: 'interpreter'>
    """
    if file in ("", BUILT_IN):
        return _kind_of_built_in(function)
    if file.startswith("<frozen "):
        return FrameKind.INTERPRETER
    below = _below(file, own_roots)
    path = file if below is None else f"/{below}"
    if _PACKAGES.search(path):
        return FrameKind.LIBRARY
    if _STANDARD_LIBRARY.search(path):
        return FrameKind.INTERPRETER
    elsewhere = bool(own_roots) and below is None and file.startswith("/")
    return FrameKind.LIBRARY if elsewhere else FrameKind.OWN


def _below(file: str, roots: Sequence[Path]) -> PurePath | None:
    for root in roots:
        for spelling in (root, root.resolve()):
            if PurePath(file).is_relative_to(spelling):
                return PurePath(file).relative_to(spelling)
    return None


def _kind_of_built_in(function: str) -> FrameKind:
    match = _OF_TYPE.search(function) or _OF_MODULE.search(function)
    module, dot, _ = match[1].partition(".") if match else ("", "", "")
    if dot and module not in sys.stdlib_module_names:
        return FrameKind.LIBRARY
    return FrameKind.INTERPRETER


class FrameTable:
    """The functions of one profile, each once.

    The line of a frame is the one that most samples fell on, the lowest of equals: py-spy writes
    its lines in random order, so "the first seen" would change from run to run.
    """

    def __init__(self, own_roots: Sequence[Path] = ()) -> None:
        """An empty table."""
        self._own_roots = own_roots
        self._lines: dict[tuple[str, str], Counter[int]] = {}
        self._numbers: dict[tuple[str, str], int] = {}

    def index(self, function: str, file: str, line: int, weight: int = 1) -> int:
        """The number of a function; it is added when it is new."""
        key = (function, file)
        self._lines.setdefault(key, Counter())[line] += weight
        return self._numbers.setdefault(key, len(self._numbers))

    def frames(self) -> tuple[Frame, ...]:
        """All frames in the order of their numbers."""
        return tuple(
            Frame(function, file, _top_line(lines), classify(function, file, self._own_roots))
            for (function, file), lines in self._lines.items()
        )


def _top_line(lines: Counter[int]) -> int:
    return min(lines, key=lambda line: (-lines[line], line))
