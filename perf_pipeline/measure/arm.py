"""One side of an A/B, ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from perf_pipeline.model import Case
from perf_pipeline.suite.benchmark import Benchmark


@dataclass(frozen=True, slots=True)
class Arm:
    """A benchmark and case whose paths and interpreter point into this arm.

    `root` is the folder that all code of its own must come from, None where the arms differ in
    something else than a checkout (an interpreter, a factory). Code below a `foreign` folder but
    outside `root` is the other arm's, or the original's: importing it spoils the comparison.
    What goes first on the import path stands in `benchmark.import_roots`.
    """

    label: str
    benchmark: Benchmark
    case: Case
    root: Path | None = None
    foreign: tuple[Path, ...] = ()
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Arms:
    """Both sides of an A/B of one case; A is the reference.

    `differences` are what is known to differ, in words (changed files, packages, interpreters).
    `same_asked` says that equal code is what was asked for; `data_differs` that files which no
    process imports (data, templates) differ, so that equal imports are no proof of equal code.
    """

    a: Arm
    b: Arm
    differences: tuple[str, ...] = ()
    same_asked: bool = False
    data_differs: bool = False
