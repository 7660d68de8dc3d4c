"""What an interpreter says of itself: version, import path, packages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("self_description.py")
LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Package:
    """An installed distribution; a local one was installed from a folder, so no index has it."""

    name: str
    version: str
    is_local: bool


@dataclass(frozen=True, slots=True)
class Interpreter:
    """An interpreter as it starts.

    `import_path` are its folders in order, without that of the program; `redirected` are modules
    that an editable install finds past them, with the file or folder they are in. `prefixes` are
    its own folders.
    """

    version: str
    import_path: tuple[Path, ...]
    redirected: tuple[tuple[str, Path], ...]
    prefixes: tuple[Path, ...]
    packages: tuple[Package, ...]


def describe_interpreter(python: Path, environment: Mapping[str, str]) -> Interpreter | None:
    """Ask an interpreter under an environment; None when it does not run or is before 3.8.

    Its start-up files (`.pth`, `sitecustomize`) run, as they do in a trial.
    """
    command = [str(python), "-c", SCRIPT.read_text(encoding="utf-8")]
    try:
        run = subprocess.run(
            command,
            cwd="/",
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_S,
            check=True,
        )
        said: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
    return Interpreter(
        version=said["version"],
        import_path=tuple(map(Path, said["path"])),
        redirected=tuple((name, Path(path)) for name, path in said["redirected"].items()),
        prefixes=tuple(map(Path, said["prefixes"])),
        packages=tuple(Package(*one) for one in said["packages"]),
    )
