"""The named revision of a suite, checked out beside the working tree."""

from __future__ import annotations

from collections.abc import Callable

from perf_pipeline.campaign import git
from perf_pipeline.campaign.arms.checkout import (
    commit_of,
    forget_old,
    is_versioned,
    place_of,
    prepare,
)
from perf_pipeline.campaign.arms.suite_at import suite_at
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.home import Home
from perf_pipeline.suite.benchmark import Suite

KEPT = 3


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
    if not is_versioned(suite):
        return suite
    if place_of(suite) is None:
        raise _outside(suite)
    commit = _resolve(suite, revision, tell)
    folder = home.root / "worktrees" / suite.name / commit[:12]
    prepare(suite, commit, folder)
    forget_old(suite.repository, (one for one in folder.parent.iterdir() if one.is_dir()), KEPT)
    return suite_at(suite, folder)


def _outside(suite: Suite) -> CampaignError:
    return CampaignError(
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
        commit = commit_of(repository, name)
        if commit:
            return commit
    raise CampaignError(
        f"Suite {suite.name} names revision {named!r}, which {repository} does not have.",
        kept="Nothing was measured.",
        todo=f"Correct `revision` in {suite.root / 'suite.yaml'}.",
    )
