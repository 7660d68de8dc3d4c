"""Which files of a folder may hold benchmarks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

SUITE_FILE = "suite.yaml"
_SUFFIXES = (".yaml", ".yml")
_FOREIGN_FOLDERS = {"node_modules", "__pycache__", "site-packages"}


def benchmark_files(root: Path) -> Iterator[Path]:
    """The YAML files below a suite in a fixed order.

    Hidden folders, environments, packages and suites within the suite are left out.
    """
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not _is_foreign(here / name))
        for name in sorted(names):
            if name.endswith(_SUFFIXES) and name != SUITE_FILE and (here / name).is_file():
                yield here / name


def _is_foreign(folder: Path) -> bool:
    return (
        folder.name.startswith(".")
        or folder.name in _FOREIGN_FOLDERS
        or (folder / "pyvenv.cfg").exists()
        or (folder / SUITE_FILE).exists()
    )
