"""Programs that a campaign calls and waits for: build steps, environments."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended; `said` is its output, errors last, or why it could not run to an end.

    `returncode` is None then.
    """

    returncode: int | None
    said: str


def run_program(command: tuple[str, ...], folder: Path, longest_s: float) -> Ended:
    """Run a program in a folder to its end; never raises for what it does."""
    try:
        run = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=longest_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Ended(None, str(error))
    return Ended(run.returncode, (run.stdout + run.stderr).strip())
