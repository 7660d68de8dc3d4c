"""The named revision of a suite, checked out beside the working tree."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from perf_pipeline.campaign import git
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.home import Home
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite

KEPT = 3
BUILD_S = 3600.0


def named_revision(suite: Suite, home: Home, revision: str, tell: Callable[[str], None]) -> Suite:
    """The suite as it is at a revision, built, in a worktree below the home.

    A schedule measures what the suite names (by default the upstream branch, fetched first),
    whatever lies half-finished in the working tree. Outside version control the suite itself is
    returned: there is no other revision to take.

    Args:
        suite: As registered.
        home: Where the worktree is kept; the newest few stay.
        revision: To go on with; empty is the one the suite names.
        tell: Hears what could not be fetched.

    Raises:
        CampaignError: The suite lies outside of the repository it measures, or the revision is
            unknown, has no such suite, or does not build.
    """
    if not git.answer(suite.repository, "rev-parse", "--git-dir"):
        return suite
    place = _place(suite)
    commit = _resolve(suite, revision, tell)
    folder = home.root / "worktrees" / suite.name / commit[:12]
    built = folder.with_suffix(".built")
    if not (folder.exists() and built.exists()):
        _check_out(suite, commit, folder)
        _build(suite, folder)
        built.touch()
    _forget_old(suite, folder)
    return read_suite(folder / place)


def _place(suite: Suite) -> Path:
    """Where the suite lies in its repository."""
    if suite.root.is_relative_to(suite.repository):
        return suite.root.relative_to(suite.repository)
    raise CampaignError(
        f"Suite {suite.name} is not part of the repository that it measures.",
        why=f"A schedule measures a checkout of {suite.repository}, which has no such suite.",
        kept="Nothing was measured.",
        todo=f"Move the suite into it, or measure by hand: perf-pipeline run --suite {suite.name}",
    )


def _resolve(suite: Suite, revision: str, tell: Callable[[str], None]) -> str:
    repository, named = suite.repository, revision or suite.revision
    if (
        not revision
        and git.answer(repository, "remote")
        and git.failure(repository, "fetch", "--quiet")
    ):
        tell(f"{suite.name}: could not fetch; the newest commit known here is measured")
    for name in (named, "HEAD") if named == "@{upstream}" else (named,):
        commit = git.answer(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if commit:
            return commit
    raise CampaignError(
        f"Suite {suite.name} names revision {named!r}, which {repository} does not have.",
        kept="Nothing was measured.",
        todo=f"Correct `revision` in {suite.root / 'suite.yaml'}.",
    )


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


def _build(suite: Suite, folder: Path) -> None:
    if not suite.build:
        return
    failed = _run(suite.build, folder)
    if failed:
        raise CampaignError(
            f"The build step of suite {suite.name} failed.",
            why=failed,
            kept="Nothing was measured.",
            todo=f"Run it in {folder}: {' '.join(suite.build)}",
        )


def _run(command: tuple[str, ...], folder: Path) -> str:
    """Why a command failed, in its own last words; empty when it did not."""
    try:
        run = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=BUILD_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = (run.stdout + run.stderr)[-2000:].strip()
    return f"exit code {run.returncode}: {said}" if run.returncode else ""


def _forget_old(suite: Suite, current: Path) -> None:
    """Keep the newest few worktrees; building one again costs only time."""
    others = [one for one in current.parent.iterdir() if one.is_dir() and one != current]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[KEPT - 1 :]:
        git.failure(suite.repository, "worktree", "remove", "--force", str(folder))
