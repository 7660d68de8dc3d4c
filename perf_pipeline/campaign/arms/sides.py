"""What somebody typed as a side of an A/B: a revision, an interpreter or a requirements file."""

from __future__ import annotations

import difflib
import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from perf_pipeline.campaign import git
from perf_pipeline.campaign.arms.checkout import commit_of
from perf_pipeline.campaign.arms.revisions import WORKING_TREE
from perf_pipeline.campaign.arms.snapshot import snapshot
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.home import Home

LISTS = (".txt", ".in", ".pip", ".lock")
"""Endings of files that hold requirements, whatever their mode says."""
SHOWN = 7
"""Digits of a commit that tables show."""


class SideKind(StrEnum):
    """What a side is made of."""

    REVISION = "revision"
    WORKING_TREE = "working tree"
    INTERPRETER = "Python interpreter"
    REQUIREMENTS = "requirements file"

    @property
    def is_code(self) -> bool:
        """Whether the code differs, and not what it runs on."""
        return self in {SideKind.REVISION, SideKind.WORKING_TREE}


@dataclass(frozen=True, slots=True)
class Side:
    """One side; `label` is what tables say.

    `commit` holds the code: of a working tree as it was when it was asked for, so that who goes on
    editing disturbs nothing. `path` is the interpreter, the environment's folder or the file.
    """

    asked: str
    kind: SideKind
    label: str
    commit: str = ""
    path: Path | None = None


def read_side(asked: str, repository: Path, home: Home) -> Side:
    """What a word means: `.`, then anything git knows in the repository, then a path.

    A path leads to an interpreter, to the folder of an environment, or to a file of requirements.

    Raises:
        CampaignError: It is none of these; a near name is suggested.
    """
    if asked == WORKING_TREE:
        return _working_tree(repository, home)
    commit = commit_of(repository, asked)
    if commit:
        return Side(asked, SideKind.REVISION, _commit_label(asked, commit), commit)
    path = _path(asked)
    if path is None:
        raise _unknown(asked, repository)
    if path.is_dir() or (path.suffix not in LISTS and os.access(path, os.X_OK)):
        return Side(asked, SideKind.INTERPRETER, asked, path=path)
    return Side(asked, SideKind.REQUIREMENTS, asked, path=path)


def check_pair(a: Side, b: Side) -> None:
    """Refuse two sides of which one is code and the other what it runs on.

    Raises:
        CampaignError: They are of two kinds.
    """
    if a.kind is b.kind or (a.kind.is_code and b.kind.is_code):
        return
    raise CampaignError(
        f"{a.asked} names a {a.kind.value}, {b.asked} a {b.kind.value}.",
        why="An A/B changes one thing at a time.",
        kept="Nothing was measured.",
        todo="Name two revisions, two interpreters or two requirements files.",
    )


def same_side(a: Side, b: Side) -> bool:
    """Whether both are surely the same: one commit, one interpreter, equal requirements."""
    if a.kind.is_code:
        return bool(a.commit) and a.commit == b.commit
    if a.path is None or b.path is None:
        return False
    if a.kind is SideKind.INTERPRETER:
        return os.path.abspath(a.path) == os.path.abspath(b.path)  # noqa: PTH100 - links are kept
    return a.path.read_bytes() == b.path.read_bytes()


def _working_tree(repository: Path, home: Home) -> Side:
    head = commit_of(repository, "HEAD")
    if not head:
        raise _no_repository(repository)
    commit = snapshot(repository, home.root)
    label = "working tree" if commit != head else f"working tree ({head[:SHOWN]})"
    return Side(WORKING_TREE, SideKind.WORKING_TREE, label, commit)


def _commit_label(asked: str, commit: str) -> str:
    short = commit[:SHOWN]
    return short if commit.startswith(asked) else f"{short} ({asked})"


def _path(asked: str) -> Path | None:
    """The file or folder that a word names, as typed; `python3.12` is looked for on the PATH."""
    path = Path(os.path.expanduser(asked))  # noqa: PTH111 - pathlib raises for unknown users
    if path.is_dir():
        return path.absolute() if (path / "bin" / "python").exists() else None
    if path.is_file():
        return path.absolute()
    program = shutil.which(asked) if path.name == asked and asked.startswith("py") else None
    return Path(program) if program else None


def _unknown(asked: str, repository: Path) -> CampaignError:
    if asked and Path(asked).is_dir():
        return CampaignError(
            f"The folder {asked} is no environment: it has no bin/python.",
            kept="Nothing was measured.",
        )
    names = git.answer(repository, "for-each-ref", "--format=%(refname:short)").split()
    if not names and not git.answer(repository, "rev-parse", "--git-dir"):
        return _no_repository(repository)
    near = difflib.get_close_matches(asked, [*names, "HEAD"], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return CampaignError(
        f"There is no revision, interpreter or file {asked!r}.{hint}",
        why=f"Looked for a revision in {repository}, then for a path.",
        kept="Nothing was measured.",
    )


def _no_repository(repository: Path) -> CampaignError:
    return CampaignError(
        "No second arm: the suite is not under version control.",
        why=f"{repository} is no git repository with a commit.",
        kept="Nothing was measured.",
        todo="Compare two interpreters or two requirements files, or run `git init` there.",
    )
