"""Rows of a night, built from the suite: measurements, verdicts, histories, profiles."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date, timedelta

from report_suite import (
    BEGAN,
    CAMPAIGN,
    CPU,
    MEMORY,
    NIGHT,
    WAITING,
    WRITTEN,
    Sketch,
    cases_of,
    record_of,
    wobble,
)

from perf_pipeline.model import (
    BenchmarkRecord,
    CampaignKind,
    Case,
    Day,
    Direction,
    Ground,
    Measurement,
    MetricDefinition,
    MetricKind,
    SeriesHistory,
    SeriesPoint,
    Subject,
    TargetDefinition,
    TrialStatus,
    Verdict,
    VerdictRecord,
    short_hash,
)
from perf_pipeline.report.facts import (
    AttemptFacts,
)


def measurement(
    record: BenchmarkRecord, case: Case, metric: MetricDefinition, value: float
) -> Measurement:
    """A metric of a case from ten trials, with an interval of about one percent."""
    known = math.isfinite(value)
    half = abs(value) * (0.008 + 0.004 * wobble(case.case_id, metric.name))
    if metric.kind is MetricKind.SIGNED:
        half = 9_000.0
    claim = f"ran 20 s, needs {metric.minimum_duration_s:,.0f} s"
    return Measurement(
        campaign_id=CAMPAIGN,
        suite="neurectomy",
        machine="perf-01",
        night=NIGHT,
        kind=CampaignKind.FULL,
        budget="nightly",
        benchmark=record.name,
        component=record.component,
        day=record.day,
        case_id=case.case_id,
        case_key=case.case_key,
        parameters=case.parameters,
        attempt=1,
        metric=metric,
        status=TrialStatus.OK if known else TrialStatus.INVALID,
        reason="" if known else f"not measured: {claim}",
        trials=10,
        trials_started=10,
        n=200 if known else 0,
        value=value if known else None,
        low=value - half if known else None,
        high=value + half if known else None,
        measured_at=BEGAN + timedelta(minutes=3 * list(Day).index(record.day) + 1),
    )


def figures_of(sketch: Sketch, case: Case) -> list[tuple[MetricDefinition, float]]:
    """What a case measures: the larger its parameters, the more it costs."""
    parameters = json.loads(case.parameters)
    size = math.prod(
        1 + math.log10(value) if isinstance(value, int) else 1 for value in parameters.values()
    )
    size *= 4.1 if parameters.get("model_size") == "medium" else 1
    base = [
        (CPU, sketch.cpu_ns * size),
        (WAITING, 21_000.0 + 9_000.0 * wobble(case.case_id)),
        (MEMORY, sketch.memory_mib * 2**20 * (1 + 0.08 * (size - 1))),
    ]
    scaled = [
        (metric, value / size if metric.direction is Direction.HIGHER else value * size)
        for metric, value in sketch.extra
    ]
    return [*base, *scaled]


def measurements_of(sketches: tuple[Sketch, ...]) -> tuple[Measurement, ...]:
    """Everything measured in a night."""
    return tuple(
        measurement(record_of(sketch), case, metric, value)
        for sketch in sketches
        for case in cases_of(sketch)
        for metric, value in figures_of(sketch, case)
    )


def verdict_of(row: Measurement, subject: Subject, verdict: Verdict, reason: str) -> VerdictRecord:
    """A verdict on one measurement."""
    return VerdictRecord(
        verdict_id=short_hash(CAMPAIGN, row.case_id, row.metric.name, subject.value),
        campaign_id=CAMPAIGN,
        run_id="b7c1d2",
        suite="neurectomy",
        machine="perf-01",
        night=NIGHT,
        subject=subject,
        verdict=verdict,
        reason=reason,
        decided_at=WRITTEN,
        benchmark=row.benchmark,
        component=row.component,
        case_id=row.case_id,
        case_key=row.case_key,
        metric=row.metric.name,
        unit=row.metric.unit,
        after=row.value,
        n=row.trials,
    )


def target_verdict(row: Measurement, target: TargetDefinition) -> VerdictRecord:
    """Met, missed, or not measured, as the interval says."""
    higher = target.direction is Direction.HIGHER
    worst = row.low if higher else row.high
    side = "at least" if higher else "at most"
    told = f"{side} {worst or 0:,.3g} {target.unit} with 95 % confidence"
    base = verdict_of(row, Subject.TARGET, Verdict.MET, told)
    base = replace(base, target=target.target, critical=target.critical, ground=Ground.TARGET)
    if row.value is None or row.low is None or row.high is None:
        reason = row.reason.removeprefix("not measured: ")
        return replace(base, verdict=Verdict.NOT_MEASURED, reason=reason)
    missed = {
        Direction.LOWER: row.low > target.target,
        Direction.HIGHER: row.high < target.target,
        Direction.RANGE: row.high < (target.low or 0) or row.low > (target.high or 0),
        Direction.NONE: False,
    }[target.direction]
    if not missed:
        return base
    best = row.high if higher else row.low
    side = "at most" if higher else "at least"
    return replace(
        base,
        verdict=Verdict.MISSED,
        reason=f"{side} {best:,.3g} {target.unit} with 95 % confidence",
        severe=higher and best < target.target / 2,
    )


def target_verdicts(sketches: tuple[Sketch, ...]) -> tuple[VerdictRecord, ...]:
    """What is said of every target."""
    targets = {(s.name, target.metric): target for s in sketches for target in s.targets}
    return tuple(
        target_verdict(row, targets[row.benchmark, row.metric.name])
        for row in measurements_of(sketches)
        if (row.benchmark, row.metric.name) in targets
    )


def too_young(row: Measurement) -> VerdictRecord:
    """What is said of a change when there is nothing to compare with."""
    reason = "too little history: 0 of 8 campaigns"
    return verdict_of(row, Subject.CHANGE, Verdict.INCONCLUSIVE, reason)


def did_not_move(row: Measurement) -> VerdictRecord:
    """What is said of a change when the screen sees none."""
    assert row.value is not None
    change = 0.4 * wobble(row.case_id, row.metric.name, "moved")
    shows = 2.6 * (1 + wobble(row.case_id, "least") / 3)
    told = f"{change:+.3g} % against 29 campaigns; {shows:.3g} % would have shown"
    signed = row.metric.kind is MetricKind.SIGNED
    return replace(
        verdict_of(row, Subject.CHANGE, Verdict.UNCHANGED, told),
        ground=Ground.SCREEN,
        before=None if signed else row.value / (1 + change / 100),
        change_percent=change,
        low_percent=change - 0.9,
        high_percent=change + 0.9,
        detectable_percent=shows,
        reference="history",
    )


def judged(rows: tuple[Measurement, ...]) -> list[Measurement]:
    """The measurements whose changes are looked for."""
    return [row for row in rows if row.metric.judged and row.value is not None]


def history_of(row: Measurement, nights: int, night: date = NIGHT) -> SeriesHistory:
    """Nights of figures around the measured one."""
    assert row.value is not None
    points = tuple(
        SeriesPoint(
            campaign_id=f"neurectomy-perf-01-{night - timedelta(days=age)}-1",
            night=night - timedelta(days=age),
            value=row.value * (1 + 0.006 * wobble(row.case_id, row.metric.name, age)),
            trial_values=(),
            fingerprint="f1",
            environment_id="e1",
            contended=False,
        )
        for age in range(nights, 0, -1)
    )
    return SeriesHistory(row.case_key, row.metric.name, points)


def attempts_of(sketches: tuple[Sketch, ...]) -> tuple[AttemptFacts, ...]:
    """What counted of each benchmark."""
    return tuple(
        AttemptFacts(
            benchmark=sketch.name,
            number=1,
            status=TrialStatus.OK,
            trials_ok=10 * len(cases_of(sketch)),
            trials_started=10 * len(cases_of(sketch)),
            began_at=BEGAN + timedelta(minutes=place),
            duration_s=11.4 + place,
        )
        for place, sketch in enumerate(sketches)
    )
