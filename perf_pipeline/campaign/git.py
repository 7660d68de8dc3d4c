"""Asking git, which may be missing or say no."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

LONGEST_S = 600.0


def answer(folder: Path, *words: str, variables: Mapping[str, str] | None = None) -> str:
    """What git answers in a folder; empty when it is missing, says no, or hangs."""
    try:
        run = _call(folder, words, variables)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def failure(folder: Path, *words: str, variables: Mapping[str, str] | None = None) -> str:
    """Do it; returns why git failed, empty when it did not."""
    try:
        run = _call(folder, words, variables)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (run.stderr.strip() or f"exit code {run.returncode}") if run.returncode else ""


def _call(
    folder: Path, words: tuple[str, ...], variables: Mapping[str, str] | None
) -> subprocess.CompletedProcess[str]:
    command = ["git", "--no-optional-locks", "-C", str(folder), *words]
    environment = {**os.environ, **variables} if variables else None
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=LONGEST_S,
        check=False,
        env=environment,
    )
