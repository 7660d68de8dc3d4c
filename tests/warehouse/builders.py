"""Small builders of real model values; every figure comes from a seeded generator."""
# ruff: noqa: PLR0913  # a builder takes whatever a test wants to vary, by name

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from perf_pipeline.model import (
    BenchmarkRecord,
    CampaignKind,
    Case,
    Clock,
    Counters,
    Day,
    Direction,
    Fact,
    Layout,
    Machine,
    MetricDefinition,
    MetricKind,
    Observation,
    PlanItem,
    RunEntry,
    RunRecord,
    Statistic,
    TargetDefinition,
    Trial,
    TrialStatus,
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


def spread(count: int, make: Callable[[date], RunRecord], first: date = NIGHT) -> list[RunRecord]:
    """A run on each of `count` nights in a row."""
    return [make(first + timedelta(days=offset)) for offset in range(count)]
