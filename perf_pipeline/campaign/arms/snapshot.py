"""The working tree as a commit that no branch knows."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from perf_pipeline.campaign import git
from perf_pipeline.campaign.errors import CampaignError

NOBODY = {
    f"GIT_{who}_{what}": text
    for who in ("AUTHOR", "COMMITTER")
    for what, text in (
        ("NAME", "perf-pipeline"),
        ("EMAIL", "perf-pipeline"),
        ("DATE", "2000-01-01T00:00:00Z"),
    )
}
"""Fixed, so that the same files make the same commit."""


def snapshot(repository: Path, left_out: Path) -> str:
    """A commit of all files that git tracks or would track, as they lie there now.

    Index, branches and stash are not touched. Without any change it is the checked-out commit
    itself. What is ignored is not in it, nor what is not committed within a submodule.

    Args:
        repository: The top folder of a checkout that has a commit.
        left_out: A folder that is never taken along, wherever it is.

    Raises:
        CampaignError: Git cannot read the files.
    """
    with tempfile.TemporaryDirectory(prefix="perf-index-") as folder:
        tree, failed = _tree(repository, left_out, Path(folder) / "index")
    if tree and tree == git.answer(repository, "rev-parse", "HEAD^{tree}"):
        return git.answer(repository, "rev-parse", "HEAD")
    words = ("commit-tree", tree, "-p", "HEAD", "-m", "working tree")
    commit = git.answer(repository, *words, variables=NOBODY) if tree else ""
    if commit:
        return commit
    raise CampaignError(
        f"The working tree of {repository} could not be copied.",
        why=failed or "Git could not write it.",
        kept="Nothing was measured; the working tree was not touched.",
        todo=f"See what it says of: git -C {repository} add --all --dry-run",
    )


def _tree(repository: Path, left_out: Path, index: Path) -> tuple[str, str]:
    """(the tree of all files, why there is none)."""
    own = repository / git.answer(repository, "rev-parse", "--git-path", "index")
    if own.is_file():
        shutil.copy2(own, index)  # its age tells git which files it must look into
    paths = ["."]
    if left_out.is_relative_to(repository):
        paths.append(f":(exclude,literal){left_out.relative_to(repository)}")
    variables = {"GIT_INDEX_FILE": str(index)}
    failed = git.failure(repository, "add", "--all", "--", *paths, variables=variables)
    return (
        ("", failed) if failed else (git.answer(repository, "write-tree", variables=variables), "")
    )
