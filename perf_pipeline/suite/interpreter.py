"""Which interpreter runs a workload."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*", re.ASCII)


def find_python(declared: str | None, root: Path) -> Path:
    """The interpreter that a path or a version such as `3.12` means; by default our own.

    Never fails: where there is none the path returned does not exist, and running it is an
    environment failure of that night. Links are kept: an environment's interpreter is one.

    Args:
        declared: What the author wrote.
        root: What relative paths start from.
    """
    if not declared:
        return Path(sys.executable)
    if _VERSION.fullmatch(declared):
        return _on_path(f"python{declared}")
    path = Path(os.path.expanduser(declared))  # noqa: PTH111 - pathlib raises for unknown users
    absolute = Path(os.path.abspath(root / path))  # noqa: PTH100 - resolve() follows links
    return _on_path(declared) if path.name == declared and not absolute.exists() else absolute


def _on_path(program: str) -> Path:
    found = shutil.which(program)
    if found is None:
        return Path(program)
    return _behind_shim(Path(found)) if Path(found).parent.name == "shims" else Path(found)


def _behind_shim(shim: Path) -> Path:
    """What a pyenv shim would start if its version is chosen: shims alone refuse and cost time."""
    candidates = (shim.parent.parent / "versions").glob(f"*/bin/{shim.name}")
    return max(candidates, key=_version, default=Path(shim.name))


def _version(interpreter: Path) -> tuple[int, ...]:
    """The version in `versions/3.12.4/bin/python3.12`; environments with names come last."""
    name = interpreter.parent.parent.name
    return tuple(map(int, name.split("."))) if _VERSION.fullmatch(name) else ()
