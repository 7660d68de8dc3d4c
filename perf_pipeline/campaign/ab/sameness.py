"""Whether two arms really ran different code: from what their workers report of themselves."""

from __future__ import annotations

from dataclasses import dataclass

from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.blocks import BlockOutcome
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.strays import strays
from perf_pipeline.measure.trials import code_of, fingerprint_of
from perf_pipeline.model import ParameterValue

SAME = "both arms ran the same code"


@dataclass(frozen=True, slots=True)
class Identity:
    """Fingerprints of what both arms ran; `refusal` says why comparing them means nothing."""

    fingerprint_a: str = ""
    fingerprint_b: str = ""
    same_code: bool = False
    refusal: str = ""


def identify(arms: Arms, outcome: BlockOutcome) -> Identity:
    """Look at the code of both arms in one block that went well.

    Equal fingerprints are equal code where every file that ran is known: that of a workload in
    its own process, with the same factory, parameters and variables, and no data that differs.
    Of commands and services only the files they name are known: there the arms must not be known
    to differ either. Errs towards comparing: code that differs only in files nobody imports in
    the worker's process is compared, and found equal.
    """
    a, b = _fingerprint(arms.a, outcome.a), _fingerprint(arms.b, outcome.b)
    same = bool(a) and a == b and _asked(arms.a) == _asked(arms.b) and not arms.data_differs
    if same and not _is_all_known(arms.b):
        same = not arms.differences
    stray = _stray(arms.a, outcome.a) or _stray(arms.b, outcome.b)
    refusal = SAME if same and not arms.same_asked else ""
    return Identity(a, b, same, f"{SAME}: {stray}" if stray else refusal)


def _fingerprint(arm: Arm, outcome: Outcome) -> str:
    return fingerprint_of(arm.benchmark, outcome, code_of(arm.benchmark, outcome))


def _is_all_known(arm: Arm) -> bool:
    return arm.benchmark.workload is not None and arm.benchmark.service is None


def _asked(arm: Arm) -> tuple[str | tuple[tuple[str, ParameterValue], ...], ...]:
    """What an arm is told to run, apart from the files of its code."""
    benchmark = arm.benchmark
    factory = benchmark.workload.factory if benchmark.workload else ""
    return factory, benchmark.environment_set, arm.case.parameters


def _stray(arm: Arm, outcome: Outcome) -> str:
    found = strays(outcome.imported, arm)
    return f"{arm.label} imported {found[0]}" if found else ""
