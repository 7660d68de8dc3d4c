"""Code that an arm imported although it belongs to the other arm or to the original checkout."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from perf_pipeline.measure.arm import Arm
from perf_pipeline.measure.fingerprint import PACKAGES


def strays(imported_files: Iterable[str], arm: Arm) -> tuple[str, ...]:
    """The imported files that lie in a foreign folder of the arm and not in its own root.

    Installed packages are shared by both arms and are no strays, wherever their environment lies.
    Errs on the side of silence: what processes of the workload's own import is not known here.

    Args:
        imported_files: As a worker reports them (`Outcome.imported`).
        arm: Who imported them; without a root nothing can stray.
    """
    if arm.root is None:
        return ()
    own = (arm.root, *_environment(arm))
    return tuple(file for file in imported_files if _is_stray(_real(file), own, arm.foreign))


def _real(file: str) -> Path:
    """Where it really lies: packages may be links to a checkout."""
    return Path(os.path.realpath(file))


def _is_stray(file: Path, own: tuple[Path, ...], foreign: tuple[Path, ...]) -> bool:
    if any(name in file.parts for name in PACKAGES):
        return False
    inside = [folder for folder in foreign if file.is_relative_to(folder)]
    return bool(inside) and not any(file.is_relative_to(folder) for folder in own)


def _environment(arm: Arm) -> tuple[Path, ...]:
    """The folder of the arm's interpreter, where it lies within a foreign checkout."""
    prefix = arm.benchmark.python.parent.parent
    within = any(prefix.is_relative_to(one) and prefix != one for one in arm.foreign)
    return (prefix,) if within else ()
