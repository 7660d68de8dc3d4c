"""`suite.yaml`: the folder's own settings."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from perf_pipeline.suite.benchmark import Schedule
from perf_pipeline.suite.errors import SuiteError
from perf_pipeline.suite.explain import problems
from perf_pipeline.suite.fault import Fault, Problem, field_name
from perf_pipeline.suite.files import SUITE_FILE
from perf_pipeline.suite.marked_yaml import Documents, Flaw, line_of, plain, read_documents
from perf_pipeline.suite.schema.suite import TEXTS, DeclaredSchedule, DeclaredSuite

_WEEKS = {"nightly": "*", "five_nights": "1-5"}


def read_suite_file(root: Path) -> DeclaredSuite:
    """Read and check a folder's `suite.yaml`.

    Raises:
        SuiteError: It is missing or has faults; all of them are named.
    """
    documents = read_documents(_content(root))
    node = documents.complete[0].node if documents.complete else None
    flaws = [_fault(flaw.line, flaw.problem) for flaw in _flaws(documents)]
    if node is None or flaws or not isinstance(node.value, dict):
        raise _broken(root, flaws or [_fault(1, Problem((), "no fields", "name: and so on"))])
    try:
        return DeclaredSuite.model_validate(plain(node, TEXTS))
    except ValidationError as error:
        found = problems(error, DeclaredSuite)
        raise _broken(root, [_fault(line_of(node, one.path), one) for one in found]) from None


def _content(root: Path) -> bytes:
    try:
        return (root / SUITE_FILE).read_bytes()
    except FileNotFoundError:
        raise SuiteError(
            f"{root} is no suite: it has no {SUITE_FILE}.",
            todo=f"To begin one there: perf-pipeline init {root}",
        ) from None
    except OSError as error:
        raise SuiteError(f"{root / SUITE_FILE} cannot be read: {error.strerror}.") from None


def _flaws(documents: Documents) -> list[Flaw]:
    found = [flaw for document in documents.complete for flaw in document.flaws]
    if documents.broken:
        found.append(documents.broken)
    elif len(documents.complete) > 1:
        line = documents.complete[1].node.line
        found.append(Flaw(line, Problem((), "a second document", "one")))
    return found


def _fault(line: int, problem: Problem) -> Fault:
    return Fault(SUITE_FILE, line, field_name(problem.path), problem.found, problem.allowed)


def _broken(root: Path, faults: list[Fault]) -> SuiteError:
    return SuiteError(
        f"The suite in {root} cannot be read.",
        why="\n".join(map(str, faults)),
        todo=f"Mend {root / SUITE_FILE}.",
    )


def build_schedule(declared: DeclaredSchedule | None) -> Schedule | None:
    """The schedule as cron: every night, or Monday to Friday with one day of a campaign each."""
    if declared is None:
        return None
    hour, minute = map(int, declared.time.split(":"))
    cron = f"{minute} {hour} * * {_WEEKS[declared.week]}"
    return Schedule(cron, declared.time_zone, five_nights=declared.week == "five_nights")


def find_repository(declared: str | None, root: Path) -> Path:
    """The git checkout that a folder is in, else the folder itself."""
    named = os.path.expanduser(declared or ".")  # noqa: PTH111 - pathlib raises for unknown users
    start = (root / named).resolve()
    inside = (folder for folder in (start, *start.parents) if (folder / ".git").exists())
    return next(inside, start)
