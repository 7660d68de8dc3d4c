"""Which code is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from perf_pipeline.campaign import git

SOURCES = (".", ":(exclude,glob)**/__pycache__/**", ":(exclude)*.pyc")
"""What byte code our own workers left beside the code that they imported is no change of it."""


@dataclass(frozen=True, slots=True)
class CheckoutState:
    """The revision of a checkout; empty outside version control."""

    revision: str
    uncommitted: bool


def checkout_state(folder: Path) -> CheckoutState:
    """Revision and whether files differ from it; git missing or no repository gives empty."""
    revision = git.answer(folder, "rev-parse", "HEAD")
    if not revision:
        return CheckoutState("", uncommitted=False)
    changed = git.answer(folder, "status", "--porcelain", "--", *SOURCES)
    return CheckoutState(revision, bool(changed))


def commits_between(folder: Path, older: str, newer: str) -> int | None:
    """Commits of `newer` that `older` does not have; None when either is unknown here."""
    if not older or not newer:
        return None
    counted = git.answer(folder, "rev-list", "--count", f"{older}..{newer}")
    return int(counted) if counted else None
