"""How grave it is that something was not measured, or missed its target."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.checks import left_out_checks, measured_check, target_checks
from perf_pipeline.model import (
    Attempt,
    BenchmarkRecord,
    Ground,
    Subject,
    TrialStatus,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.suite.read import read_suite

TINY = Path(__file__).parents[1] / "suites" / "tiny"
CASE = "case-1"


@pytest.fixture
def record() -> BenchmarkRecord:
    """A benchmark held to one target."""
    return next(one.record for one in read_suite(TINY).benchmarks if one.name == "HashText")


def said(verdict: Verdict, *, critical: bool = False, case_id: str = CASE) -> VerdictRecord:
    """What was said of a case and the target."""
    return VerdictRecord(
        verdict_id=f"{case_id}-{verdict}",
        campaign_id="tiny-vm-2026-11-20-1",
        run_id="run-1",
        suite="tiny",
        machine="vm",
        night=date(2026, 11, 20),
        subject=Subject.TARGET,
        verdict=verdict,
        reason=f"{case_id}: {verdict}",
        decided_at=datetime(2026, 11, 20, tzinfo=UTC),
        benchmark="HashText",
        case_id=case_id,
        metric="digest_bytes",
        ground=Ground.TARGET,
        critical=critical,
    )


def check(
    record: BenchmarkRecord, *verdicts: VerdictRecord, met: bool = False
) -> dg.AssetCheckResult:
    """The check of the one target."""
    before = frozenset({(CASE, "digest_bytes")} if met else ())
    (result,) = target_checks(record, verdicts, before)
    return result


def test_a_miss_is_a_warning(record: BenchmarkRecord) -> None:
    """One case is enough; the reasons of the missed cases are listed."""
    found = check(record, said(Verdict.MET, case_id="case-2"), said(Verdict.MISSED))
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert found.check_name == "target_digest_bytes"
    assert found.description == "1 met, 1 missed"
    assert found.metadata["reasons"].value == "case-1: missed"


def test_a_critical_miss_is_an_error(record: BenchmarkRecord) -> None:
    """Declared so by the suite."""
    found = check(record, said(Verdict.MISSED, critical=True))
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.ERROR)


def test_a_target_lost_since_last_time_is_an_error(record: BenchmarkRecord) -> None:
    """It was met in the campaign before; of another case that says nothing."""
    assert check(record, said(Verdict.MISSED), met=True).severity is dg.AssetCheckSeverity.ERROR
    other = check(record, said(Verdict.MISSED, case_id="case-2"), met=True)
    assert other.severity is dg.AssetCheckSeverity.WARN


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.INCONCLUSIVE, Verdict.NOT_MEASURED])
def test_what_is_not_missed_passes(record: BenchmarkRecord, verdict: Verdict) -> None:
    """Doubt is no miss; the description counts what was said."""
    found = check(record, said(verdict, critical=True), met=True)
    assert found.passed
    assert found.description == f"1 {verdict}"


def test_a_target_without_a_case_passes(record: BenchmarkRecord) -> None:
    """Held to nothing tonight."""
    assert check(record).description == "no case"


def test_only_an_attempt_that_counts_is_measured() -> None:
    """Anything else is an error, in the words of the faults."""
    ok = Attempt("c", "HashText", 1, TrialStatus.OK, 5, "path")
    assert measured_check(ok).passed
    assert measured_check(ok).description == "5 trials, all ok"
    failed = measured_check(replace(ok, status=TrialStatus.FAILED, faults=("in step: no", "again")))
    assert (failed.passed, failed.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert failed.description == "in step: no; again"


def test_what_is_left_out_is_not_held_against_it(record: BenchmarkRecord) -> None:
    """Every declared check is answered, for Dagster waits for all of them."""
    checks = left_out_checks(record, "chosen by tag")
    assert [(one.check_name, one.passed) for one in checks] == [
        ("measured", True),
        ("target_digest_bytes", True),
    ]
