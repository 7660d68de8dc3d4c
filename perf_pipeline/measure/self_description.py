"""Says what the interpreter that runs this knows of itself, as a last line of JSON.

Handed over with `-c`; standard library only, any Python from 3.8.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import metadata
from pathlib import Path

INSTALLED = ("site-packages", "dist-packages")


def redirected() -> dict[str, str]:
    """Modules and the file or folder that an editable install has them in.

    The finders of setuptools keep a `MAPPING` in their module, those of `editables` (hatchling,
    PDM) have `_redirections`; a link from the import path to a package is an editable install too.
    """
    found: dict[str, str] = {}
    for finder in sys.meta_path:
        module = sys.modules.get(getattr(finder, "__module__", ""))
        found.update(getattr(module, "MAPPING", {}))
        found.update(getattr(finder, "_redirections", {}))
    for folder in filter(os.path.isdir, sys.path[1:]):
        for entry in os.scandir(folder):
            if entry.is_symlink():
                found.setdefault(entry.name.partition(".")[0], os.path.realpath(entry.path))
    return found


def packages() -> list[tuple[str, str, bool]]:
    """(name, version, whether it comes from a folder and not from an index) by name."""
    found: dict[str, tuple[str, str, bool]] = {}
    for one in metadata.distributions():
        name = one.metadata["Name"]
        if name:
            found.setdefault(name, (name, one.version, is_local(one)))
    return sorted(found.values())


def is_local(distribution: metadata.Distribution) -> bool:
    """Whether it was installed from a folder, or still lies in one."""
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    place = Path(str(distribution.locate_file("")))
    return "dir_info" in origin or place.name not in INSTALLED


def main() -> None:
    """Say it."""
    described = {
        "version": f"{sys.implementation.name} {sys.version.split()[0]}",
        "path": sys.path[1:],
        "prefixes": sorted({sys.prefix, sys.base_prefix, sys.exec_prefix}),
        "redirected": {str(name): str(path) for name, path in redirected().items()},
        "packages": packages(),
    }
    sys.stdout.write("\n" + json.dumps(described) + "\n")


main()
