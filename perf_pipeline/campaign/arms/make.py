"""Both sides of an A/B of one case: revisions, interpreters, requirements, factories, parameters.

Every function returns arms that are ready to run, or raises `ArmsError`, whose `what` is a
sentence that can stand as the reason of a verdict: "no second arm: ...".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from perf_pipeline.campaign.arms.checkout import checkouts
from perf_pipeline.campaign.arms.environments import Requirements, build_environment
from perf_pipeline.campaign.arms.revisions import (
    Built,
    Changed,
    build_revision,
    changed_files,
    compile_code,
    first_few,
)
from perf_pipeline.campaign.arms.suite_at import with_own_code, with_python
from perf_pipeline.campaign.errors import ArmsError, NoSuchCaseError
from perf_pipeline.campaign.packages import differing_versions
from perf_pipeline.home import Home
from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.environment import inherited
from perf_pipeline.measure.interpreter import Interpreter, describe_interpreter
from perf_pipeline.model import Case
from perf_pipeline.suite.benchmark import Benchmark, Suite

NO_DATA = (".py", ".md", ".rst")
"""Code is known by what was imported, and documents are no data of a workload."""


@dataclass(frozen=True, slots=True)
class ArmPlace:
    """Where arms are built, for which suite, and who hears of it."""

    home: Home
    suite: Suite
    tell: Callable[[str], None]


def revision_arms(
    place: ArmPlace, benchmark: str, case_id: str, revision_a: str, revision_b: str
) -> Arms:
    """One case at two revisions of the repository that the suite measures.

    Each side gets a checkout of its own below the home (`arms/<suite>/<hash>/a` and `/b`: paths
    of equal length), with submodules, built and byte-compiled; a checkout is built once per side
    and revision and the newest few are kept. Both sides may be the same revision. A suite inside
    the repository is read anew from each side; of one outside only what it imports moves.

    Args:
        place: Where, for which suite.
        benchmark: Its name in either revision; renamed ones are found by what they ask.
        case_id: As in the suite.
        revision_a: The reference: anything git understands, or `revisions.WORKING_TREE`.
        revision_b: What is compared with it; same.

    Raises:
        ArmsError: The suite is not under version control, a revision is unknown or does not
            build, or the case is missing or asks something else on one side.
    """
    a = build_revision(place.suite, place.home, revision_a, "a", place.tell)
    b = build_revision(place.suite, place.home, revision_b, "b", place.tell)
    key = _question(a, b, benchmark, case_id)
    changed = changed_files(place.suite.repository, a.commit, b.commit)
    foreign = checkouts(place.suite.repository)
    arms = Arms(
        _arm(a, benchmark, case_id, key, foreign),
        _arm(b, benchmark, case_id, key, foreign),
        differences=first_few(tuple(one.words for one in changed)),
    )
    return replace(arms, data_differs=_data_differs(arms.b.benchmark, changed))


def interpreter_arms(benchmark: Benchmark, case: Case, python_a: Path, python_b: Path) -> Arms:
    """One case under two interpreters, each named by its executable or its environment's folder.

    The project is whatever these interpreters import.

    Raises:
        ArmsError: One of them does not run.
    """
    a, b = Arm(str(python_a), benchmark, case), Arm(str(python_b), benchmark, case)
    return with_interpreters(Arms(a, b), python_a, python_b)


def requirement_arms(
    place: ArmPlace,
    benchmark: Benchmark,
    case: Case,
    requirements_a: Requirements,
    requirements_b: Requirements,
) -> Arms:
    """One case in two environments built from requirements, under the benchmark's Python version.

    A project that is installed editable where the benchmark runs otherwise is imported from
    there, unless the requirements bring it.

    Raises:
        ArmsError: One of them cannot be built.
    """
    asked = (requirements_a, requirements_b)
    pythons = [build_environment(place.home, benchmark.python, one, place.tell) for one in asked]
    a, b = (
        Arm(one.name, with_own_code(benchmark, _described(python)), case)
        for one, python in zip(asked, pythons, strict=True)
    )
    return with_interpreters(Arms(a, b), *pythons)


def with_interpreters(arms: Arms, python_a: Path | None, python_b: Path | None) -> Arms:
    """The same arms with other interpreters; None keeps an arm's own.

    For a night in which code and packages moved: `revision_arms`, then the reference's
    `build_environment(recorded_requirements(...))` as interpreter of A.

    Raises:
        ArmsError: One of them does not run.
    """
    if python_a is None and python_b is None:
        return arms
    a, b = _under(arms.a, python_a), _under(arms.b, python_b)
    before, after = _described(a.benchmark.python), _described(b.benchmark.python)
    found = _interpreters_differ(before, after)
    return replace(arms, a=a, b=b, differences=(*arms.differences, *first_few(found)))


def factory_arms(benchmark: Benchmark, case: Case, factory_a: str, factory_b: str) -> Arms:
    """One case with two factories of the workload's own file or module.

    Raises:
        ArmsError: The benchmark has no workload.
    """
    workload = benchmark.workload
    if workload is None:
        raise ArmsError(f"no second arm: benchmark {benchmark.name} has no factory")
    a, b = (
        Arm(name, replace(benchmark, workload=replace(workload, factory=name)), case)
        for name in (factory_a, factory_b)
    )
    return Arms(a, b, (f"{factory_a} → {factory_b}",) if factory_a != factory_b else ())


def parameter_arms(benchmark: Benchmark, case_a: Case, case_b: Case) -> Arms:
    """Two cases of one benchmark against each other."""
    a, b = (Arm(case.label, benchmark, case) for case in (case_a, case_b))
    return Arms(a, b, (f"{a.label} → {b.label}",) if case_a != case_b else ())


def _arm(side: Built, benchmark: str, case_id: str, key: str, foreign: tuple[Path, ...]) -> Arm:
    found = _asking(side.suite, key)
    if found is None:
        raise NoSuchCaseError(f"no second arm: {_why_missing(side, benchmark, case_id)}")
    compile_code(side.folder, found[0].python)
    return Arm(
        label=side.label,
        benchmark=found[0],
        case=found[1],
        root=side.folder,
        foreign=tuple(tree for tree in foreign if tree != side.folder),
        revision=side.revision,
    )


def _question(a: Built, b: Built, benchmark: str, case_id: str) -> str:
    """The key of what is asked, from either side: a new name may be known to one only."""
    for side in (b, a):
        case = _case(side.suite, benchmark, case_id)
        if case is not None:
            return case.case_key
    raise NoSuchCaseError(f"no second arm: {_why_missing(b, benchmark, case_id)}")


def _case(suite: Suite, benchmark: str, case_id: str) -> Case | None:
    cases = (case for one in suite.benchmarks if one.name == benchmark for case in one.record.cases)
    return next((case for case in cases if case.case_id == case_id), None)


def _asking(suite: Suite, key: str) -> tuple[Benchmark, Case] | None:
    found = ((one, case) for one in suite.benchmarks for case in one.record.cases)
    return next(((one, case) for one, case in found if case.case_key == key), None)


def _why_missing(side: Built, benchmark: str, case_id: str) -> str:
    """Why a side has no case with that key."""
    if any(record.name == benchmark for record in side.suite.invalid):
        return f"benchmark {benchmark} has faults at {side.label}"
    if all(one.name != benchmark for one in side.suite.benchmarks):
        return f"benchmark {benchmark} does not exist at {side.label}"
    if _case(side.suite, benchmark, case_id) is None:
        return f"benchmark {benchmark} has no such case at {side.label}"
    return f"benchmark {benchmark} asks something else at {side.label}"


def _data_differs(benchmark: Benchmark, changed: tuple[Changed, ...]) -> bool:
    """Whether equal imports prove nothing: what commands and services import is not known."""
    files = [Path(one.path) for one in changed]
    if benchmark.command or benchmark.service:
        return bool(files)
    return any(file.suffix not in NO_DATA and not _is_hidden(file) for file in files)


def _is_hidden(file: Path) -> bool:
    """Settings of tools: `.gitignore`, `.github/…`."""
    return any(part.startswith(".") for part in file.parts)


def _under(arm: Arm, python: Path | None) -> Arm:
    if python is None:
        return arm
    executable = python / "bin" / "python" if python.is_dir() else python
    return replace(arm, benchmark=with_python(arm.benchmark, executable))


def _described(python: Path) -> Interpreter:
    described = describe_interpreter(python, inherited())
    if described is None:
        raise ArmsError(
            f"no second arm: {python} does not run as Python",
            todo="Name an interpreter of Python 3.8 or later, or the folder of an environment.",
        )
    return described


def _interpreters_differ(a: Interpreter, b: Interpreter) -> tuple[str, ...]:
    versions = (f"{a.version} → {b.version}",) if a.version != b.version else ()
    packages = [{one.name: one.version for one in side.packages} for side in (a, b)]
    return versions + differing_versions(*packages)
