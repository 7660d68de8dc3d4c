"""Small builders of what stands beside the trials: blocks, profiles, verdicts, events."""
# ruff: noqa: PLR0913  # a builder takes whatever a test wants to vary, by name

from __future__ import annotations

import random
from datetime import date, timedelta

from perf_pipeline.model import (
    BenchmarkRecord,
    Block,
    Case,
    Event,
    EventKind,
    Frame,
    FrameKind,
    FunctionCalls,
    Ground,
    Layout,
    MemoryPoint,
    Profile,
    RunRecord,
    Stack,
    State,
    Subject,
    TrialStatus,
    Verdict,
    VerdictRecord,
    short_hash,
)
from tests.warehouse.builders import MACHINE, NIGHT, SUITE, moment


def blocks(record: RunRecord, what: BenchmarkRecord, count: int = 8) -> tuple[Block, ...]:
    """A control comparison (both arms the same code) of the first case."""
    of = what.cases[0]
    generator = random.Random(f"{record.campaign_id}{what.name}")  # noqa: S311  # noise
    return tuple(_block(record, what, of, generator, number) for number in range(count))


def _block(
    record: RunRecord, what: BenchmarkRecord, of: Case, generator: random.Random, number: int
) -> Block:
    comparison = short_hash(record.campaign_id, "control", of.case_id)
    log_ratio = generator.gauss(0.0, 0.003)
    return Block(
        block_id=short_hash(comparison, str(number)),
        campaign_id=record.campaign_id,
        run_id=record.run_id,
        suite=record.suite,
        machine=record.machine.name,
        night=record.night,
        comparison=comparison,
        benchmark=what.name,
        case_id=of.case_id,
        case_key=of.case_key,
        metric="cpu_ns",
        unit="ns",
        number=number,
        first_arm="AB"[number % 2],
        layout=Layout(number, 128, 5, "off"),
        value_a=1_000_000.0,
        value_b=1_000_000.0 * (1.0 + log_ratio),
        log_ratio=log_ratio,
        same_code=True,
        measured_at=record.recorded_at + timedelta(seconds=600 + number),
    )


def profile(
    record: RunRecord, what: BenchmarkRecord, *, attempt_number: int = 1, profiler: str = "py-spy"
) -> Profile:
    """A profile of the first case: three functions, three stacks, exact calls, memory."""
    of = what.cases[0]
    source = f"/suite/{what.name.lower()}.py"
    return Profile(
        profile_id=short_hash(record.campaign_id, of.case_id, str(attempt_number), profiler),
        campaign_id=record.campaign_id,
        run_id=record.run_id,
        suite=record.suite,
        machine=record.machine.name,
        night=record.night,
        benchmark=what.name,
        component=what.component,
        case_id=of.case_id,
        case_key=of.case_key,
        attempt=attempt_number,
        profiler=profiler,
        status=TrialStatus.OK,
        message="",
        measured_at=record.recorded_at + timedelta(seconds=900),
        rate_hz=99,
        wall_ns=2_000_000_000,
        cpu_ns=1_900_000_000,
        iterations=1_000,
        samples=198,
        frames=(
            Frame("run", source, 10, FrameKind.OWN),
            Frame("compare", source, 20, FrameKind.OWN),
            Frame("sorted", "<built-in>", 0, FrameKind.INTERPRETER),
        ),
        stacks=(
            Stack("MainThread", (0,), 20),
            Stack("MainThread", (0, 2), 78),
            Stack("MainThread", (0, 2, 1), 100),
        ),
        calls=(FunctionCalls(1, 90_000, 900_000_000, 900_000_000),),
        memory=(MemoryPoint(0.0, 20_000_000), MemoryPoint(0.5, 24_000_000)),
        artifact=f"{record.campaign_id}/{what.name}.speedscope.json",
    )


def verdict(
    record: RunRecord,
    subject: Subject,
    said: Verdict,
    reason: str,
    *,
    what: BenchmarkRecord | None = None,
    of: Case | None = None,
    metric: str = "",
    seconds: float = 1_200.0,
) -> VerdictRecord:
    """What was said of a subject; figures are those of a small change."""
    key = (subject.value, what.name if what else "", of.case_id if of else "", metric)
    figures = subject in {Subject.CHANGE, Subject.TARGET}
    return VerdictRecord(
        verdict_id=short_hash(record.campaign_id, *key),
        campaign_id=record.campaign_id,
        run_id=record.run_id,
        suite=record.suite,
        machine=record.machine.name,
        night=record.night,
        subject=subject,
        verdict=said,
        reason=reason,
        decided_at=record.recorded_at + timedelta(seconds=seconds),
        benchmark=what.name if what else "",
        component=what.component if what else "",
        case_id=of.case_id if of else "",
        case_key=of.case_key if of else "",
        metric=metric,
        unit="ns" if metric else "",
        state=State.SUSPECTED if said is Verdict.INCONCLUSIVE else State.NONE,
        ground={Subject.CHANGE: Ground.SCREEN, Subject.TARGET: Ground.TARGET}.get(
            subject, Ground.NONE
        ),
        before=1_000_000.0 if subject is Subject.CHANGE else None,
        after=1_002_000.0 if figures else None,
        change_percent=0.2 if subject is Subject.CHANGE else None,
        low_percent=-0.4 if subject is Subject.CHANGE else None,
        high_percent=0.8 if subject is Subject.CHANGE else None,
        detectable_percent=3.1 if subject is Subject.CHANGE else None,
        target=1_100_000.0 if subject is Subject.TARGET else None,
        n=5 if figures else 0,
    )


def event(night: date = NIGHT, *, subject_id: str = "a1b2c3", machine: str = MACHINE) -> Event:
    """Somebody accepts a change."""
    return Event(
        event_id=short_hash("accept", subject_id, night.isoformat()),
        kind=EventKind.ACCEPT,
        suite=SUITE,
        machine=machine,
        night=night,
        subject_id=subject_id,
        reason="the new index costs this much",
        author="someone@example.org",
        recorded_at=moment(night, 30_000),
    )
