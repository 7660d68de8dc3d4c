"""What is said on a night on which something got worse: changes, their finding, a control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from perf_pipeline.model import (
    BenchmarkRecord,
    Case,
    Event,
    EventKind,
    Ground,
    RunRecord,
    State,
    Subject,
    Verdict,
    VerdictRecord,
    short_hash,
)
from tests.warehouse import builders, outcomes

CAUSE = "sort.py changed between 1a2b3c4 and 4f0c2d1"
FINDING = "1 finding: sort.py is slower in 2 cases, by up to 5.1 %"


def change_id(of: Case, metric: str = "cpu_ns") -> str:
    """The id of a change against the first campaign."""
    return short_hash("change", builders.SUITE, of.case_key, metric, builders.campaign_id())


def finding_id(record: RunRecord) -> str:
    """The id of the finding of a night."""
    return short_hash("finding", record.campaign_id, "sort.py")


def worse(record: RunRecord, what: BenchmarkRecord) -> list[VerdictRecord]:
    """Both cases of a benchmark slower by an A/B, 5.1 % the first and 4 % the second, one cause."""
    percents = zip(what.cases, (5.1, 4.0), strict=False)
    changes = [_change(record, what, of, percent) for of, percent in percents]
    found = outcomes.verdict(record, Subject.FINDING, Verdict.WORSE, FINDING, seconds=1_400)
    found = replace(
        found, cause=CAUSE, finding_id=finding_id(record), reference=builders.campaign_id()
    )
    return [*changes, found]


def _change(record: RunRecord, what: BenchmarkRecord, of: Case, percent: float) -> VerdictRecord:
    said = outcomes.verdict(
        record, Subject.CHANGE, Verdict.WORSE, f"+{percent} %", what=what, of=of, metric="cpu_ns",
        seconds=1_400,
    )  # fmt: skip
    return replace(
        said,
        state=State.ESTABLISHED,
        ground=Ground.AB,
        reference=builders.campaign_id(),
        change_percent=percent,
        low_percent=percent - 0.6,
        high_percent=percent + 0.6,
        detectable_percent=1.2,
        n=16,
        change_id=change_id(of),
        finding_id=finding_id(record),
        comparison=short_hash(record.campaign_id, of.case_id, "ab"),
        p_value=1e-6,
        cause=CAUSE,
        fingerprint="f00d",
    )


def control(
    record: RunRecord,
    what: BenchmarkRecord,
    number: int,
    percents: Sequence[float] = (0.1, -0.1),
    *,
    said: Verdict = Verdict.UNCHANGED,
) -> list[VerdictRecord]:
    """An A/B of equal code of the first case: CPU time and waiting."""
    comparison = short_hash(record.campaign_id, "control", str(number))
    return [
        replace(
            outcomes.verdict(
                record, Subject.CONTROL, said, "A/A", what=what, of=what.cases[0], metric=metric
            ),
            ground=Ground.AB,
            change_percent=percent,
            detectable_percent=0.9,
            p_value=0.4,
            n=20,
            comparison=comparison,
            verdict_id=short_hash(comparison, metric),
        )
        for metric, percent in zip(("cpu_ns", "waiting_ns"), percents, strict=True)
    ]


def answer(
    kind: EventKind, of: str, reason: str = "as it is", night: date = builders.NIGHT, days: int = 0
) -> Event:
    """What somebody said of a change, so many days after a night."""
    said = outcomes.event(night + timedelta(days=days), subject_id=of)
    return replace(said, event_id=short_hash(kind.value, of, str(days)), kind=kind, reason=reason)
