"""Campaigns in every state a report must know, built from model values with real-life figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from report_profiles import hotspots_of, profiles_of
from report_rows import (
    attempts_of,
    did_not_move,
    history_of,
    judged,
    measurements_of,
    target_verdicts,
    too_young,
    verdict_of,
)
from report_suite import (
    NIGHT,
    SMALL,
    SUITE,
    WRITTEN,
    Sketch,
    record_of,
    run_of,
)

from perf_pipeline.model import (
    BenchmarkRecord,
    Clock,
    Event,
    EventKind,
    Ground,
    Measurement,
    MetricKind,
    PlanItem,
    SameCode,
    State,
    Statistic,
    Subject,
    TrialStatus,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.report.facts import (
    CampaignFacts,
    Cause,
    ControlFigures,
    Fault,
    Finding,
    OpenChange,
    Verification,
)


def first_night(sketches: tuple[Sketch, ...] = SUITE) -> CampaignFacts:
    """Everything measured, nothing to compare with."""
    rows = measurements_of(sketches)
    profiles = profiles_of(sketches)
    return CampaignFacts(
        runs=(run_of(tuple(record_of(sketch) for sketch in sketches)),),
        written_at=WRITTEN,
        measurements=rows,
        verdicts=(*map(too_young, judged(rows)), *target_verdicts(sketches)),
        hotspots=hotspots_of(sketches),
        profiles=profiles,
        attempts=attempts_of(sketches),
        artifacts=tuple(profile.artifact for profile in profiles),
        control=ControlFigures(0.4, -0.3, 1.1, 10),
    )


def nothing_worse(sketches: tuple[Sketch, ...] = SUITE) -> CampaignFacts:
    """The thirtieth quiet night."""
    base = first_night(sketches)
    rows = judged(base.measurements)
    return replace(
        base,
        verdicts=(*map(did_not_move, rows), *target_verdicts(sketches)),
        histories=tuple(history_of(row, 29) for row in rows),
        previous=replace(base.start, night=NIGHT - timedelta(days=1)),
        commits=3,
    )


def moved(
    facts: CampaignFacts, benchmark: str, metric: str, percent: float, half: float
) -> VerdictRecord:
    """The unchanged verdict of a series, turned into a change; its history moves with it."""
    row = next(
        row
        for row in facts.verdicts
        if row.subject is Subject.CHANGE and (row.benchmark, row.metric) == (benchmark, metric)
    )
    assert row.after is not None
    return replace(
        row,
        change_percent=percent,
        low_percent=percent - half,
        high_percent=percent + half,
        before=row.after / (1 + percent / 100),
        detectable_percent=None,
        severe=abs(percent) > 10,
    )


def with_verdicts(facts: CampaignFacts, *changed: VerdictRecord, since: int = 0) -> CampaignFacts:
    """The facts with these verdicts in place, earlier nights at the level before the step."""
    by_id = {row.verdict_id: row for row in changed}
    verdicts = tuple(by_id.get(row.verdict_id, row) for row in facts.verdicts)
    return _stepped(replace(facts, verdicts=verdicts), *changed, since=since)


def _stepped(facts: CampaignFacts, *changed: VerdictRecord, since: int) -> CampaignFacts:
    """The facts with the earlier nights of these series at the level before the step."""
    level = {(row.case_key, row.metric): (row.before or 0) / (row.after or 1) for row in changed}
    step = NIGHT - timedelta(days=since)
    histories = tuple(
        replace(
            series,
            points=tuple(
                replace(point, value=point.value * level.get((series.case_key, series.metric), 1))
                if point.night < step
                else point
                for point in series.points
            ),
        )
        for series in facts.histories
    )
    return replace(facts, histories=histories)


def suspected() -> CampaignFacts:
    """The screen sees two changes; nothing has confirmed them."""
    facts = nothing_worse(SMALL)
    reason = (
        "not confirmed: stands out tonight against 29 campaigns; since 2026-11-18 the code it runs"
    )
    seen = [
        replace(
            row, verdict=Verdict.INCONCLUSIVE, state=State.SUSPECTED, reason=f"{reason} changed"
        )
        for row in (
            moved(facts, "CompressionMicro", "cpu_ns", 51.2, 1.9),
            moved(facts, "StorageReadMicro", "peak_rss_bytes", 4.2, 1.1),
        )
    ]
    return with_verdicts(facts, *seen)


def worse() -> CampaignFacts:
    """A night as later versions will know it: confirmed, explained, verified."""
    facts = nothing_worse()
    moves = (
        moved(facts, "CompressionMicro", "cpu_ns", 8.3, 1.25),
        moved(facts, "StorageMemoryProfile", "peak_rss_bytes", 44.9, 1.0),
        moved(facts, "CollectiveWorkflow", "cpu_ns", 3.8, 1.95),
    )
    slower = [
        replace(row, verdict=Verdict.WORSE, ground=Ground.AB, state=State.ESTABLISHED)
        for row in moves
    ]
    faster = replace(
        moved(facts, "AgentTaskMicro", "cpu_ns", -12.4, 1.4),
        verdict=Verdict.BETTER,
        ground=Ground.AB,
    )
    old = replace(
        moved(facts, "FullLLMInference", "cpu_ns", 2.9, 0.6),
        verdict=Verdict.WORSE,
        ground=Ground.AB,
        state=State.ESTABLISHED,
    )
    return replace(
        with_verdicts(with_verdicts(facts, *slower, faster, since=4), old, since=11),
        causes=_causes(slower),
        still_worse=(OpenChange(old, NIGHT - timedelta(days=11), "inference team"),),
        verified=(
            Verification(
                "item-3", "AgentTaskMicro", "Shard the registry's lock", "helped", "",
                -15.0, -12.4, -13.8, -11.0,
            ),
            Verification(
                "item-7", "StorageReadMicro", "Batch reads", "inconclusive",
                "needs 3 more nights", -20.0, -1.1, -4.0, 1.9,
            ),
        ),
        bottlenecks=(
            Finding(
                "StorageWriteMicro", slower[0].case_id, "waiting for the disk",
                "71% of the wall time in fdatasync, CPU demand 0.21 of a core",
            ),
        ),
        scaling=(
            Finding(
                "ScalingTest", "", "contention 0.18 (0.15 to 0.22), measured to 8 clients",
                "Universal Scalability Law over 6 load levels; nothing is said beyond 16 clients",
            ),
        ),
        commits=12,
        previous_report="../neurectomy-perf-01-2026-11-18-1/index.html",
        previous=replace(
            facts.start,
            night=NIGHT - timedelta(days=1),
            environment=tuple(
                replace(fact, value="0.24.0") if fact.name == "zstandard" else fact
                for fact in facts.start.environment
            ),
        ),
    )  # fmt: skip


def _causes(rows: list[VerdictRecord]) -> tuple[Cause, ...]:
    first, second, third = rows
    return (
        Cause(
            first.case_id, "cpu_ns", "15 Nov, 9e1f0d2..1ab77c0", NIGHT - timedelta(days=4),
            "decode", "sigma_lang/codec.py", 88, 0.61, 202.0,
        ),
        Cause(
            second.case_id, "peak_rss_bytes", "15 Nov, 77e0aa1", NIGHT - timedelta(days=4),
            "load", "sigma_vault/store.py", 41, 0.97, 64.0 * 2**20, note="A list copy is new.",
        ),
        Cause(
            third.case_id, "cpu_ns", "15 Nov, 3 commits", NIGHT - timedelta(days=4), functions=9,
        ),
    )  # fmt: skip


def confirmed() -> CampaignFacts:
    """A night on which one commit made five cases slower, and people had answered others."""
    facts = nothing_worse()
    cause = "4f0c2d1..9a8b7c6: ryot/decoder.py, ryot/cache.py"
    finding = "f1d1f1d1f1d1"
    slow = _slower(facts, ("InferenceTTFT", "TokenThroughput"), cause, finding)
    grown = replace(
        _compared(moved(facts, "StorageMemoryProfile", "peak_rss_bytes", 44.9, 1.0), "c4a9"),
        cause="zstandard 0.24 → 0.25",
        finding_id="f2d2f2d2f2d2",
    )
    old = _compared(moved(facts, "CompressionMicro", "cpu_ns", 8.3, 1.25), "c5b0")
    unknown = replace(
        _compared(moved(facts, "CollectiveWorkflow", "cpu_ns", 3.8, 1.95), "c6c1"),
        verdict=Verdict.INCONCLUSIVE,
        ground=Ground.NONE,
        reason="not tested tonight: worse since 2026-11-12, the code changed",
    )
    gone = replace(
        moved(facts, "AgentTaskMicro", "cpu_ns", -0.1, 0.4),
        ground=Ground.AB,
        state=State.FIXED,
        change_id="c7d2c7d2c7d2",
        reason="+0.1% in 16 blocks; 0.9% would have shown; worse on 2026-11-17",
    )
    wrong = replace(
        _compared(moved(facts, "FullLLMInference", "cpu_ns", 2.9, 0.6), "c8e3"),
        verdict=Verdict.INCONCLUSIVE,
        state=State.DISPUTED,
        reason="disputed by Ada: the disk was full that night; same code",
    )
    rows = (*slow, grown, old, unknown, gone, wrong)
    landed = with_verdicts(facts, *rows)
    return replace(
        landed,
        verdicts=(
            *landed.verdicts,
            _finding(slow[0], "InferenceTTFT: CPU time +8.3% and 5 cases like it", len(slow)),
            _finding(grown, "StorageMemoryProfile: Peak memory +45%", 1),
        ),
        still_worse=(
            OpenChange(old, NIGHT - timedelta(days=6), "inference team"),
            OpenChange(unknown, NIGHT - timedelta(days=7)),
        ),
        events=(
            _said(EventKind.DISPUTE, wrong.change_id, "the disk was full that night"),
            _said(EventKind.ACCEPT, old.change_id, "the new index is worth it"),
        ),
        same_code=(
            SameCode(Ground.AB, 1240, 0, 0, 0, 0.0024, alerts=31, disputed=1),
            SameCode(Ground.SCREEN, 5300, 2, 2, 0, 0.0012, alerts=12),
        ),
        not_reached=(
            PlanItem(
                4, "StorageReadMicro", grown.case_id, "false alarm?", "aa",
                "the same code, compared with itself", 41.0,
            ),
        ),
        commits=2,
    )  # fmt: skip


def _slower(
    facts: CampaignFacts, names: tuple[str, ...], cause: str, finding: str
) -> list[VerdictRecord]:
    """Every case of these benchmarks, slower in CPU time for one cause."""
    rows = [
        row
        for row in facts.verdicts
        if row.subject is Subject.CHANGE and row.metric == "cpu_ns" and row.benchmark in names
    ]
    found = []
    for place, row in enumerate(rows):
        percent, half = 8.3 - place / 2, 0.9 + place / 10
        slow = _compared(_by(row, percent, half), f"c{place}a{place}")
        found.append(replace(slow, cause=cause, finding_id=finding))
    return found


def _by(row: VerdictRecord, percent: float, half: float) -> VerdictRecord:
    assert row.after is not None
    return replace(
        row,
        change_percent=percent,
        low_percent=percent - half,
        high_percent=percent + half,
        before=row.after / (1 + percent / 100),
        detectable_percent=None,
    )


def _compared(row: VerdictRecord, name: str) -> VerdictRecord:
    """The row as an A/B says it: worse, with the id that people answer to."""
    return replace(
        row,
        verdict=Verdict.WORSE,
        ground=Ground.AB,
        state=State.ESTABLISHED,
        change_id=name * 3,
        comparison=f"{name}-ab",
        reference="neurectomy-perf-01-2026-11-18-1",
        n=16,
        p_value=0.0001,
    )


def _finding(lead: VerdictRecord, reason: str, changes: int) -> VerdictRecord:
    return replace(
        lead,
        verdict_id=f"{lead.verdict_id}-finding",
        subject=Subject.FINDING,
        reason=f"{reason}; {lead.cause}",
        change_id="",
        n=changes,
    )


def _said(kind: EventKind, change_id: str, reason: str) -> Event:
    return Event(
        event_id=f"e-{change_id}",
        kind=kind,
        suite="neurectomy",
        machine="perf-01",
        night=NIGHT,
        subject_id=change_id,
        reason=reason,
        author="Ada",
        recorded_at=WRITTEN,
    )


def not_comparable() -> CampaignFacts:
    """Another interpreter since last night."""
    facts = nothing_worse(SMALL)
    reason = "Python was 3.11.7 on earlier nights and is 3.12.1 now"
    newer = tuple(
        replace(fact, value="3.12.1") if fact.name == "python" else fact
        for fact in facts.start.environment
    )
    verdicts = tuple(
        verdict_of(row, Subject.CHANGE, Verdict.NOT_COMPARABLE, reason)
        for row in judged(facts.measurements)
    )
    return replace(
        facts,
        runs=(replace(facts.start, environment=newer),),
        verdicts=(*verdicts, *target_verdicts(SMALL)),
    )


def incomplete() -> CampaignFacts:
    """Three benchmarks of fifteen gave no result, one of the rest got slower."""
    lost = ("StorageWriteMicro", "EnduranceTest", "AgentDistributedTrace")
    kept = tuple(sketch for sketch in SUITE if sketch.name not in lost)
    facts = nothing_worse(kept)
    slow = replace(
        moved(facts, "CompressionMicro", "cpu_ns", 8.3, 1.25),
        verdict=Verdict.WORSE,
        ground=Ground.AB,
    )
    records = tuple(record_of(sketch) for sketch in SUITE)
    return replace(
        with_verdicts(facts, slow),
        runs=(replace(facts.start, benchmarks=records),),
        faults=(
            Fault(
                "StorageWriteMicro",
                TrialStatus.FAILED,
                "trial 7 ended with exit code 1: OSError: [Errno 28] No space left on device",
                'Traceback (most recent call last):\n  File "sigma_vault/store.py", line 61\n'
                "OSError: [Errno 28] No space left on device",
            ),
            Fault("EnduranceTest", TrialStatus.TIMED_OUT, "no answer within 3,720 s"),
            Fault(
                "AgentDistributedTrace",
                TrialStatus.ENVIRONMENT_FAILURE,
                "requires tcp://127.0.0.1:4317, nothing listens there",
            ),
        ),
    )


def contended() -> CampaignFacts:
    """A quick first night on a busy machine, too short for percentiles, one exact figure."""
    facts = first_night(SMALL)
    lacking = "one run, no interval; 320 observations in 5 trials, p99 needs 299 in each of 5"
    busy = "contended: others used the machine, the wall clock says nothing"
    rows = tuple(
        replace(
            _short(row, lacking) if "_p99_" in row.metric.name else _counted(row),
            contended=row.benchmark != "EnduranceTest",
            trials=5,
            trials_started=5,
        )
        for row in facts.measurements
    )
    reasons = {
        (row.case_id, row.metric.name): lacking if "_p99_" in row.metric.name else busy
        for row in rows
        if row.metric.clock is Clock.WALL and row.contended
    }
    values = {(row.case_id, row.metric.name): row.value for row in rows}
    known = tuple(replace(row, after=values[row.case_id, row.metric]) for row in facts.verdicts)
    verdicts = tuple(
        replace(row, verdict=Verdict.INCONCLUSIVE, reason=reasons[row.case_id, row.metric])
        if row.subject is Subject.TARGET and (row.case_id, row.metric) in reasons
        else row
        for row in known
    )
    run = replace(facts.start, budget="quick", benchmarks=_redefined(facts.start.benchmarks, rows))
    return replace(facts, runs=(run,), measurements=rows, verdicts=verdicts)


def _short(row: Measurement, reason: str) -> Measurement:
    """A percentile of too few observations."""
    metric = replace(row.metric, statistic=Statistic.PERCENTILE)
    return replace(row, metric=metric, low=None, high=None, n=320, reason=reason)


def _counted(row: Measurement) -> Measurement:
    """The compression ratio of the suite, as a count of bytes that must not change."""
    if row.metric.name != "compression_ratio":
        return row
    metric = replace(row.metric, kind=MetricKind.EXACT, unit="bytes")
    return replace(row, metric=metric, value=1_234_567.0, low=1_234_567.0, high=1_234_567.0)


def _redefined(
    records: tuple[BenchmarkRecord, ...], rows: tuple[Measurement, ...]
) -> tuple[BenchmarkRecord, ...]:
    """The benchmarks with the metrics as they were measured."""
    measured = {(row.benchmark, row.metric.name): row.metric for row in rows}
    return tuple(
        replace(
            record,
            metrics=tuple(measured.get((record.name, one.name), one) for one in record.metrics),
        )
        for record in records
    )


def error_night() -> CampaignFacts:
    """The machine was unfit and nothing could be measured."""
    records = tuple(record_of(sketch) for sketch in SUITE)
    reason = "load average 41 on 2 cores for 10 minutes, held by pid 811 (apt)"
    run = replace(run_of(records), fit=False, fit_reason=reason)
    return CampaignFacts(
        runs=(run,),
        written_at=WRITTEN,
        faults=tuple(
            Fault(
                sketch.name, TrialStatus.ENVIRONMENT_FAILURE, f"the machine was not fit: {reason}"
            )
            for sketch in SUITE
        ),
        loaded="Landed, not loaded: the warehouse is open in another process (pid 4242).",
    )


STATES: dict[str, Callable[[], CampaignFacts]] = {
    "worse": worse,
    "confirmed": confirmed,
    "nothing_worse": lambda: nothing_worse(SMALL),
    "first_night": first_night,
    "not_comparable": not_comparable,
    "incomplete": incomplete,
    "suspected": suspected,
    "contended": contended,
    "error_night": error_night,
}
