"""A revision built as one side of an A/B, and how two of them differ."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from perf_pipeline.campaign import git
from perf_pipeline.campaign.arms.checkout import (
    checkouts,
    commit_of,
    forget_old,
    is_versioned,
    prepare,
)
from perf_pipeline.campaign.arms.kept import is_complete
from perf_pipeline.campaign.arms.snapshot import snapshot
from perf_pipeline.campaign.arms.suite_at import suite_at
from perf_pipeline.campaign.errors import ArmsError, CampaignError
from perf_pipeline.home import Home
from perf_pipeline.model import short_hash
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.errors import SuiteError

WORKING_TREE = "."
"""Stands for the repository as it lies there, changes that are not committed included."""
KEPT = 8
SHORT = 7
NAMED = 10
COMPILE_S = 900.0


@dataclass(frozen=True, slots=True)
class Built:
    """A side: `commit` holds its files, `revision` is the one that people know.

    They differ for a working tree with changes that are not committed.
    """

    label: str
    revision: str
    commit: str
    folder: Path
    suite: Suite


@dataclass(frozen=True, slots=True)
class Changed:
    """A file that differs between two commits; `words` say how."""

    path: str
    words: str


def build_revision(
    suite: Suite, home: Home, revision: str, side: str, tell: Callable[[str], None]
) -> Built:
    """Check out and build a revision, or the working tree, for the side `a` or `b`.

    Raises:
        ArmsError: There is no such revision, it does not build, or has no such suite.
    """
    if not is_versioned(suite):
        raise ArmsError("no second arm: the suite is not under version control")
    label = "working tree" if revision == WORKING_TREE else ""
    commit = _commit(suite, home, revision)
    label = label or commit[:SHORT]
    folder = _folder(suite, home, commit, side)
    if not is_complete(folder):
        tell(f"building {label}")
    try:
        prepare(suite, commit, folder)
    except CampaignError as error:
        raise _no_arm(error) from None
    _forget_old(suite, home)
    known = commit_of(suite.repository, "HEAD") if revision == WORKING_TREE else commit
    return Built(label, known, commit, folder, _read(suite, folder, label))


def compile_code(folder: Path, python: Path) -> None:
    """Byte-compile all code of a checkout once, as trials of an A/B write none.

    What does not compile is no fault here: it may be for another Python, and what is run is
    compiled then.
    """
    mark = folder.with_name(f"{folder.name}.{short_hash(str(python.resolve()))}.compiled")
    if mark.exists():
        return
    command = [str(python), "-I", "-m", "compileall", "-q", "-q", "-j", "0", str(folder)]
    try:
        subprocess.run(command, capture_output=True, timeout=COMPILE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return
    mark.touch()


def changed_files(repository: Path, commit_a: str, commit_b: str) -> tuple[Changed, ...]:
    """What differs between two commits, by path; submodules are a path each."""
    said = git.answer(repository, "diff", "--name-status", "-z", "--no-renames", commit_a, commit_b)
    words = iter(said.rstrip("\0").split("\0") if said else ())
    return tuple(_changed(status, path) for status, path in zip(words, words, strict=True))


def first_few(words: tuple[str, ...]) -> tuple[str, ...]:
    """Ten of them, and how many more there are."""
    more = len(words) - NAMED
    return words if more <= 0 else (*words[:NAMED], f"and {more} more")


def _changed(status: str, path: str) -> Changed:
    return Changed(path, path + {"A": " (new)", "D": " (removed)"}.get(status, ""))


def _commit(suite: Suite, home: Home, revision: str) -> str:
    if revision == WORKING_TREE:
        try:
            return snapshot(suite.repository, home.root)
        except CampaignError as error:
            raise _no_arm(error) from None
    commit = commit_of(suite.repository, revision)
    if not commit:
        raise ArmsError(f"no second arm: revision {revision[:12]} is not known here")
    return commit


def _folder(suite: Suite, home: Home, commit: str, side: str) -> Path:
    """Both sides have paths of one length, whatever their commits."""
    clone = checkouts(suite.repository)[0]
    return _arms(suite, home) / short_hash(str(clone), commit, *suite.build) / side


def _arms(suite: Suite, home: Home) -> Path:
    return home.root / "arms" / suite.name


def _read(suite: Suite, folder: Path, label: str) -> Suite:
    try:
        return suite_at(suite, folder)
    except SuiteError as error:
        raise ArmsError(
            f"no second arm: suite {suite.name} cannot be read at {label}", why=str(error)
        ) from None


def _no_arm(error: CampaignError) -> ArmsError:
    what = error.what[0].lower() + error.what[1:].rstrip(".")
    return ArmsError(f"no second arm: {what}", why=error.why, todo=error.todo)


def _forget_old(suite: Suite, home: Home) -> None:
    pairs = list(_arms(suite, home).iterdir())
    forget_old(suite.repository, _sides(pairs), KEPT)
    for pair in pairs:
        if not any(_sides([pair])):
            shutil.rmtree(pair, ignore_errors=True)


def _sides(pairs: list[Path]) -> Iterator[Path]:
    return (side for pair in pairs for side in pair.iterdir() if side.is_dir())
