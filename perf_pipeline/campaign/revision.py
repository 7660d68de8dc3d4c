"""Which code is measured."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CheckoutState:
    """The revision of a checkout; empty outside version control."""

    revision: str
    uncommitted: bool


def checkout_state(folder: Path) -> CheckoutState:
    """Revision and whether files differ from it; git missing or no repository gives empty."""
    revision = _git(folder, "rev-parse", "HEAD")
    if not revision:
        return CheckoutState("", uncommitted=False)
    return CheckoutState(revision, bool(_git(folder, "status", "--porcelain", "--", ".")))


def commits_between(folder: Path, older: str, newer: str) -> int | None:
    """Commits of `newer` that `older` does not have; None when either is unknown here."""
    if not older or not newer:
        return None
    counted = _git(folder, "rev-list", "--count", f"{older}..{newer}")
    return int(counted) if counted else None


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), "--no-optional-locks", *words]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""
