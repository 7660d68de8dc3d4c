"""Small builders of real model values; every figure comes from a seeded generator."""
# ruff: noqa: PLR0913  # a builder takes whatever a test wants to vary, by name

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from perf_pipeline.model import (
    BenchmarkRecord,
    Block,
    CampaignKind,
    Case,
    Clock,
    Counters,
    Day,
    Direction,
    Event,
    EventKind,
    Fact,
    Frame,
    FrameKind,
    FunctionCalls,
    Ground,
    Layout,
    Machine,
    MemoryPoint,
    MetricDefinition,
    MetricKind,
    Observation,
    PlanItem,
    Profile,
    RunEntry,
    RunRecord,
    Stack,
    State,
    Statistic,
    Subject,
    TargetDefinition,
    Trial,
    TrialStatus,
    Verdict,
    VerdictRecord,
    canonical_parameters,
    short_hash,
)

SUITE = "toy"
MACHINE = "bench-01.example.org"
NIGHT = date(2026, 3, 1)

CPU = MetricDefinition(
    "cpu_ns", "ns", statistic=Statistic.LOW_QUANTILE, clock=Clock.CPU, judged=True
)
WAITING = MetricDefinition(
    "waiting_ns", "ns", kind=MetricKind.SIGNED, clock=Clock.WAITING, judged=True
)
HIT_RATIO = MetricDefinition(
    "hit_ratio",
    "1",
    direction=Direction.HIGHER,
    kind=MetricKind.PROPORTION,
    statistic=Statistic.RATIO,
)
CPU_TARGET = TargetDefinition("cpu_ns", 1_100_000.0, Direction.LOWER, "ns", high=1_500_000.0)


def campaign_id(night: date = NIGHT, number: int = 1, machine: str = MACHINE) -> str:
    """The id of a campaign as the product forms it."""
    return f"{SUITE}-{machine}-{night.isoformat()}-{number}"


def moment(night: date = NIGHT, seconds: float = 0.0) -> datetime:
    """An instant of a night, counted from three o'clock UTC."""
    return datetime.combine(night, time(3), tzinfo=UTC) + timedelta(seconds=seconds)


def case(benchmark: str = "Sort", *, in_budget: bool = True, **parameters: str | float) -> Case:
    """One grid point of a benchmark."""
    text = canonical_parameters(parameters or {"size": 10})
    return Case(
        short_hash(SUITE, benchmark, text), short_hash("key", benchmark, text), text, in_budget
    )


def benchmark(name: str = "Sort", cases: Sequence[Case] = (), fault: str = "") -> BenchmarkRecord:
    """A benchmark with its cases, three metrics and a target."""
    return BenchmarkRecord(
        name=name,
        title=f"{name}, the long title",
        component="algorithms",
        day=Day.MICROBENCHMARKS,
        tags=("tour", "fast"),
        owner="someone@example.org",
        threshold_percent=5.0,
        cases=tuple(cases) or (case(name, size=10), case(name, size=100)),
        metrics=(CPU, WAITING, HIT_RATIO),
        targets=(CPU_TARGET,),
        fault=fault,
        profiler="py-spy",
        description="Sorts a list of floats.",
    )


def run(
    benchmarks: Sequence[BenchmarkRecord] = (),
    *,
    night: date = NIGHT,
    number: int = 1,
    run_id: str = "run-1",
    kind: CampaignKind = CampaignKind.FULL,
    machine: str = MACHINE,
    environment: Sequence[Fact] = (Fact("kernel", "6.1.0"), Fact("governor", "performance")),
) -> RunRecord:
    """The start of a run over the whole campaign."""
    return RunRecord(
        run_id=run_id,
        campaign_id=campaign_id(night, number, machine),
        suite=SUITE,
        night=night,
        number=number,
        kind=kind,
        entry=RunEntry.START,
        recorded_at=moment(night),
        budget="quick",
        seed=7,
        days=tuple(day.value for day in Day),
        revision="4f0c2d1",
        uncommitted=False,
        machine=Machine(machine, "Example CPU 3000", 2.0, 8 * 1024**3, "x86_64"),
        environment=tuple(environment),
        benchmarks=tuple(benchmarks) or (benchmark(),),
    )


def plan(record: RunRecord, plan_of: str = "regressions") -> RunRecord:
    """The plan of a run that has begun: its first case, to be tested again."""
    first = record.benchmarks[0]
    item = PlanItem(1, first.name, first.cases[0].case_id, "machine or code?", "ab", "screen", 12.0)
    return replace(
        record,
        entry=RunEntry.PLAN,
        plan_of=plan_of,
        plan=(item,),
        benchmarks=(),
        recorded_at=record.recorded_at + timedelta(seconds=60),
    )


def observations(
    generator: random.Random, level_ns: float = 1_000_000.0, values: int = 20, warmups: int = 3
) -> tuple[Observation, ...]:
    """CPU, waiting and a hit ratio of one trial, with 1 % noise between trials and values."""
    base = level_ns * generator.lognormvariate(0, 0.01)
    cpu = tuple(base * generator.lognormvariate(0, 0.01) for _ in range(warmups + values))
    waiting = tuple(generator.gauss(0.0, 2_000.0) for _ in cpu)
    hits = tuple(float(generator.randint(85, 95)) for _ in range(values))
    return (
        Observation(CPU, cpu, warmups),
        Observation(WAITING, waiting, warmups),
        Observation(HIT_RATIO, hits, 0, tuple(100.0 for _ in hits)),
    )


def trial(
    record: RunRecord,
    what: BenchmarkRecord,
    of: Case,
    *,
    number: int = 0,
    attempt: int = 1,
    status: TrialStatus = TrialStatus.OK,
    message: str = "",
    level_ns: float = 1_000_000.0,
    values: int = 20,
    neighbour: float = 0.02,
    fingerprint: str = "c0ffee",
) -> Trial:
    """One trial of a case; a trial that is not ok has no observations."""
    identity = short_hash(record.campaign_id, of.case_id, str(attempt), str(number))
    generator = random.Random(identity)  # noqa: S311  # noise, not secrets
    ok = status is TrialStatus.OK
    seen = observations(generator, level_ns, values) if ok else ()
    return Trial(
        trial_id=identity,
        campaign_id=record.campaign_id,
        run_id=record.run_id,
        suite=record.suite,
        machine=record.machine.name,
        night=record.night,
        kind=record.kind,
        budget=record.budget,
        benchmark=what.name,
        component=what.component,
        day=what.day,
        case_id=of.case_id,
        case_key=of.case_key,
        parameters=of.parameters,
        attempt=attempt,
        number=number,
        status=status,
        message=message,
        measured_at=record.recorded_at + timedelta(seconds=60 * attempt + number),
        duration_ns=generator.randint(100_000_000, 200_000_000),
        order=number,
        layout=Layout(generator.randint(0, 2**32 - 1), generator.randint(0, 4096), 5, "off"),
        counters=Counters(wall_ns=90_000_000, cpu_ns=80_000_000, neighbour=neighbour),
        observations=seen,
        loops=100,
        iterations=2_300,
        fingerprint=fingerprint,
        imported=() if number else (Fact("sort.py", fingerprint), Fact("zstandard", "0.25.0")),
        revision=record.revision,
        python="3.11.9",
    )


def attempt(
    record: RunRecord,
    what: BenchmarkRecord,
    *,
    number: int = 1,
    trials: int = 5,
    status: TrialStatus = TrialStatus.OK,
    message: str = "",
    level_ns: float = 1_000_000.0,
    values: int = 20,
    neighbour: float = 0.02,
) -> tuple[Trial, ...]:
    """All trials of one attempt; the last one has the status asked for, the others are ok."""
    last = trials * len(what.cases) - 1
    pairs = [(of, round_) for round_ in range(trials) for of in what.cases]
    return tuple(
        trial(
            record,
            what,
            of,
            number=round_,
            attempt=number,
            status=status if position == last else TrialStatus.OK,
            message=message if position == last else "",
            level_ns=level_ns,
            values=values,
            neighbour=neighbour,
        )
        for position, (of, round_) in enumerate(pairs)
    )


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


def spread(count: int, make: Callable[[date], RunRecord], first: date = NIGHT) -> list[RunRecord]:
    """A run on each of `count` nights in a row."""
    return [make(first + timedelta(days=offset)) for offset in range(count)]
