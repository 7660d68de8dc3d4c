"""Small valid values of the model for tests, every field overridable by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from perf_pipeline.model import (
    Block,
    CampaignKind,
    Clock,
    Counters,
    Day,
    Direction,
    Frame,
    FrameKind,
    FunctionCalls,
    Layout,
    Measurement,
    MetricDefinition,
    MetricKind,
    Observation,
    Profile,
    SeriesPoint,
    Stack,
    Statistic,
    TargetDefinition,
    Trial,
    TrialStatus,
)

NIGHT = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LAYOUT = Layout(hash_seed=0, padding=0, heap_seed=0, aslr="on")
CPU = MetricDefinition(
    "cpu_ns", "ns", statistic=Statistic.LOW_QUANTILE, clock=Clock.CPU, judged=True
)
WAITING = MetricDefinition(
    "waiting_ns", "ns", kind=MetricKind.SIGNED, clock=Clock.WAITING, judged=True
)
P99 = MetricDefinition("latency_p99_ms", "ms", statistic=Statistic.PERCENTILE, percentile=99)
HITS = MetricDefinition("hit_ratio", "1", Direction.HIGHER, MetricKind.PROPORTION, Statistic.RATIO)
CALLS = MetricDefinition("calls", "calls", kind=MetricKind.EXACT)


def observed(
    metric: MetricDefinition, values: Sequence[float], warmups: int = 0, attempts: float = 0
) -> Observation:
    """Values of one trial; with `attempts` each value was out of so many."""
    out_of = (attempts,) * len(values) if attempts else ()
    return Observation(metric, tuple(values), warmups, out_of)


def trial(number: int, *observations: Observation, **changes: object) -> Trial:
    """An ok trial of 20 s."""
    example = Trial(
        trial_id=f"t{number}",
        campaign_id="suite-box-2026-03-02-1",
        run_id="run",
        suite="suite",
        machine="box",
        night=NIGHT,
        kind=CampaignKind.FULL,
        budget="nightly",
        benchmark="Encode",
        component="codec",
        day=Day.MICROBENCHMARKS,
        case_id="case",
        case_key="key",
        parameters="{}",
        attempt=1,
        number=number,
        status=TrialStatus.OK,
        message="",
        measured_at=NOON + timedelta(seconds=number),
        duration_ns=21_000_000_000,
        order=number,
        layout=LAYOUT,
        counters=Counters(wall_ns=20_000_000_000),
        observations=tuple(observations),
        fingerprint="f1",
    )
    return replace(example, **changes)


def measurement(
    metric: MetricDefinition, trial_values: Sequence[float], **changes: object
) -> Measurement:
    """A measurement with interval, as `summarise` would give it for these trial values."""
    example = Measurement(
        campaign_id="suite-box-2026-03-02-1",
        suite="suite",
        machine="box",
        night=NIGHT,
        kind=CampaignKind.FULL,
        budget="nightly",
        benchmark="Encode",
        component="codec",
        day=Day.MICROBENCHMARKS,
        case_id="case",
        case_key="key",
        parameters="{}",
        attempt=1,
        metric=metric,
        status=TrialStatus.OK,
        reason="",
        trials=len(trial_values),
        trials_started=len(trial_values),
        n=20 * len(trial_values),
        value=sum(trial_values) / len(trial_values),
        low=min(trial_values),
        high=max(trial_values),
        trial_values=tuple(trial_values),
    )
    return replace(example, **changes)


def target(
    aim: float, direction: Direction = Direction.LOWER, **changes: object
) -> TargetDefinition:
    """A target for `cpu_ns`."""
    return replace(TargetDefinition("cpu_ns", aim, direction, "ns"), **changes)


def nights(values: Sequence[float], **changes: object) -> list[SeriesPoint]:
    """A night for each value, oldest first, five equal trials in each."""
    return [
        replace(
            SeriesPoint(f"c{i}", NIGHT + timedelta(days=i), value, (value,) * 5, "f1", "e1", False),
            **changes,
        )
        for i, value in enumerate(values)
    ]


def blocks(log_ratios: Sequence[float]) -> list[Block]:
    """An A/A comparison with these block ratios."""
    return [
        Block(
            block_id=f"b{number}",
            campaign_id="suite-box-2026-03-02-1",
            run_id="run",
            suite="suite",
            machine="box",
            night=NIGHT,
            comparison="control",
            benchmark="Encode",
            case_id="case",
            case_key="key",
            metric="cpu_ns",
            unit="ns",
            number=number,
            first_arm="AB"[number % 2],
            layout=LAYOUT,
            value_a=1.0,
            value_b=1.0,
            log_ratio=ratio,
            same_code=True,
            measured_at=NOON,
        )
        for number, ratio in enumerate(log_ratios)
    ]


def frame(function: str, line: int = 1, file: str = "codec.py") -> Frame:
    """A frame of own code."""
    return Frame(function, file, line, FrameKind.OWN)


def profile(
    frames: Sequence[Frame],
    stacks: Sequence[Stack] = (),
    calls: Sequence[FunctionCalls] = (),
    **changes: object,
) -> Profile:
    """A profile of one CPU second and ten iterations."""
    example = Profile(
        profile_id="p1",
        campaign_id="suite-box-2026-03-02-1",
        run_id="run",
        suite="suite",
        machine="box",
        night=NIGHT,
        benchmark="Encode",
        component="codec",
        case_id="case",
        case_key="key",
        attempt=1,
        profiler="py-spy",
        status=TrialStatus.OK,
        message="",
        measured_at=NOON,
        cpu_ns=1_000_000_000,
        iterations=10,
        frames=tuple(frames),
        stacks=tuple(stacks),
        calls=tuple(calls),
    )
    return replace(example, **changes)
