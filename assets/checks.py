"""Asset checks of a benchmark: was it measured, and does it reach its targets."""

from __future__ import annotations

from collections import Counter

import dagster as dg

from perf_pipeline.model import (
    Attempt,
    BenchmarkRecord,
    TrialStatus,
    Verdict,
    VerdictRecord,
)

MEASURED = "measured"


def check_specs(asset: dg.AssetKey, record: BenchmarkRecord) -> list[dg.AssetCheckSpec]:
    """One for the measuring itself, one per target over all its cases."""
    specs = [dg.AssetCheckSpec(MEASURED, asset=asset, description="Every trial ended ok.")]
    for metric in _targeted(record):
        sentence = f"{metric} reaches its target in every case held to it."
        specs.append(dg.AssetCheckSpec(_name(metric), asset=asset, description=sentence))
    return specs


def measured_check(attempt: Attempt) -> dg.AssetCheckResult:
    """Failed with ERROR unless the attempt counts."""
    return dg.AssetCheckResult(
        passed=attempt.status is TrialStatus.OK,
        check_name=MEASURED,
        severity=dg.AssetCheckSeverity.ERROR,
        description="; ".join(attempt.faults) or f"{attempt.trials} trials, all ok",
        metadata={"status": attempt.status.value, "trials": attempt.trials},
    )


def left_out_checks(record: BenchmarkRecord, reason: str) -> list[dg.AssetCheckResult]:
    """Of a benchmark that the campaign does not measure: nothing is held against it."""
    names = [MEASURED, *map(_name, _targeted(record))]
    return [dg.AssetCheckResult(passed=True, check_name=name, description=reason) for name in names]


def target_checks(
    record: BenchmarkRecord,
    verdicts: tuple[VerdictRecord, ...],
    met_before: frozenset[tuple[str, str]],
) -> list[dg.AssetCheckResult]:
    """Passed where nothing missed; a miss is ERROR if critical or met the time before, else WARN.

    Args:
        record: Whose targets.
        verdicts: On its targets, tonight.
        met_before: (case, metric) of the targets met in the campaign before.
    """
    return [
        _target_check(metric, [one for one in verdicts if one.metric == metric], met_before)
        for metric in _targeted(record)
    ]


def _target_check(
    metric: str, verdicts: list[VerdictRecord], met_before: frozenset[tuple[str, str]]
) -> dg.AssetCheckResult:
    missed = [one for one in verdicts if one.verdict is Verdict.MISSED]
    grave = any(one.critical or (one.case_id, metric) in met_before for one in missed)
    counts = Counter(one.verdict.value for one in verdicts)
    return dg.AssetCheckResult(
        passed=not missed,
        check_name=_name(metric),
        severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
        description=", ".join(f"{count} {word}" for word, count in counts.items()) or "no case",
        metadata={"reasons": "\n".join(one.reason for one in missed) or "none missed"},
    )


def _targeted(record: BenchmarkRecord) -> list[str]:
    return list(dict.fromkeys(target.metric for target in record.targets))


def _name(metric: str) -> str:
    return f"target_{metric}"
