"""Revisions of the measured repository, checked out and built below the home."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from perf_pipeline.campaign import git
from perf_pipeline.campaign.arms.kept import is_complete, mark_used, not_used_lately, unmark
from perf_pipeline.campaign.arms.programs import run_program
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.errors import SuiteError
from perf_pipeline.suite.suite_file import read_suite_file

BUILD_S = 3600.0


def is_versioned(suite: Suite) -> bool:
    """Whether what the suite measures is under version control."""
    return bool(git.answer(suite.repository, "rev-parse", "--git-dir"))


def checkouts(repository: Path) -> tuple[Path, ...]:
    """All working trees of a repository, the first one is the clone itself."""
    lines = git.answer(repository, "worktree", "list", "--porcelain").splitlines()
    found = [line.partition(" ") for line in lines]
    trees = (Path(path) for word, _, path in found if word == "worktree")
    return tuple(dict.fromkeys((*trees, repository)))


def commit_of(repository: Path, revision: str) -> str:
    """The full name of a commit; empty where it is unknown."""
    if not revision or revision.startswith("-"):
        return ""
    return git.answer(repository, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")


def place_of(suite: Suite) -> Path | None:
    """Where the suite lies in the repository that it measures; None outside of it."""
    inside = suite.root.is_relative_to(suite.repository)
    return suite.root.relative_to(suite.repository) if inside else None


def prepare(suite: Suite, commit: str, folder: Path) -> None:
    """Check a commit out and build it; nothing to do where that was done before.

    Raises:
        CampaignError: It cannot be checked out or does not build; the next call tries again.
    """
    if not is_complete(folder):
        unmark(folder)
        _check_out(suite, commit, folder)
        _build(suite, commit, folder)
    mark_used(folder)


def forget_old(repository: Path, folders: Iterable[Path], kept: int) -> None:
    """Keep the checkouts used last; building one again costs only time."""
    for folder in not_used_lately(folders, kept):
        unmark(folder)
        git.failure(repository, "worktree", "remove", "--force", str(folder))


def _check_out(suite: Suite, commit: str, folder: Path) -> None:
    git.failure(suite.repository, "worktree", "remove", "--force", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    failed = git.failure(
        suite.repository, "worktree", "add", "--detach", "--force", str(folder), commit
    )
    failed = failed or git.failure(
        folder, "submodule", "update", "--init", "--recursive", "--quiet"
    )
    if failed:
        raise CampaignError(
            f"Revision {commit[:12]} of suite {suite.name} could not be checked out.",
            why=failed,
            kept="Nothing was measured; your working tree was not touched.",
            todo=f"Try it by hand: git -C {suite.repository} worktree add <folder> {commit[:12]}",
        )


def _build(suite: Suite, commit: str, folder: Path) -> None:
    command = _build_step(suite, folder)
    failed = _why_failed(command, folder) if command else ""
    if failed:
        raise CampaignError(
            f"The build step of suite {suite.name} failed at revision {commit[:12]}.",
            why=failed,
            kept="Nothing was measured.",
            todo=f"Run it in {folder}: {' '.join(command)}",
        )


def _build_step(suite: Suite, folder: Path) -> tuple[str, ...]:
    """As the revision itself says; today's for one from before there was any."""
    place = place_of(suite)
    try:
        own = read_suite_file(folder / place).build if place is not None else None
    except SuiteError:
        own = None
    return tuple(own or suite.build)


def _why_failed(command: tuple[str, ...], folder: Path) -> str:
    """In its own last words; empty when it did not."""
    ended = run_program(command, folder, BUILD_S)
    if ended.returncode is None:
        return ended.said
    return f"exit code {ended.returncode}: {ended.said[-2000:]}" if ended.returncode else ""
