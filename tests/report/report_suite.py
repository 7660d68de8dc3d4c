"""A suite of fifteen benchmarks as a report sees it, with figures as they are measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime

from perf_pipeline.model import (
    BenchmarkRecord,
    CampaignKind,
    Case,
    Clock,
    Day,
    Direction,
    Fact,
    Machine,
    MetricDefinition,
    MetricKind,
    RunEntry,
    RunRecord,
    Statistic,
    TargetDefinition,
    canonical_parameters,
    short_hash,
)

NIGHT = date(2026, 11, 19)
BEGAN = datetime(2026, 11, 19, 2, 0, 4, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 19, 3, 12, 40, tzinfo=UTC)
CAMPAIGN = "neurectomy-perf-01-2026-11-19-1"

CPU = MetricDefinition(
    "cpu_ns", "ns", statistic=Statistic.LOW_QUANTILE, clock=Clock.CPU, judged=True
)
WAITING = MetricDefinition(
    "waiting_ns", "ns", kind=MetricKind.SIGNED, clock=Clock.WAITING, judged=True
)
MEMORY = MetricDefinition("peak_rss_bytes", "bytes", statistic=Statistic.MAXIMUM, judged=True)
JUDGED = (CPU, WAITING, MEMORY)


@dataclass(frozen=True)
class Sketch:
    """A benchmark in one line: what it costs, what it must reach."""

    name: str
    component: str
    day: Day
    cpu_ns: float
    memory_mib: float
    function: str
    file: str
    extra: tuple[tuple[MetricDefinition, float], ...] = ()
    targets: tuple[TargetDefinition, ...] = ()
    grid: tuple[tuple[str, tuple[str | int, ...]], ...] = ()
    profiler: str = "py-spy"


def ms(name: str, *, percentile: float | None = None) -> MetricDefinition:
    """A latency."""
    return MetricDefinition(name, "ms", percentile=percentile, clock=Clock.WALL)


def per_second(name: str, unit: str) -> MetricDefinition:
    """A throughput."""
    return MetricDefinition(name, unit, Direction.HIGHER, clock=Clock.WALL)


def below(metric: str, bound: float, unit: str, *, critical: bool = False) -> TargetDefinition:
    """A bound from above."""
    return TargetDefinition(metric, bound, Direction.LOWER, unit, critical=critical)


def above(metric: str, bound: float, unit: str, *, critical: bool = False) -> TargetDefinition:
    """A bound from below."""
    return TargetDefinition(metric, bound, Direction.HIGHER, unit, critical=critical)


RATIO = MetricDefinition("compression_ratio", "1", Direction.HIGHER)
UTILISATION = MetricDefinition("utilisation_percent", "%", Direction.RANGE)
LEAK = MetricDefinition("leak_bytes", "bytes", kind=MetricKind.SIGNED, minimum_duration_s=3600.0)
SENT = MetricDefinition("received_of_sent", "1", Direction.HIGHER, MetricKind.PROPORTION)

SUITE = (
    Sketch(
        "InferenceTTFT", "ryot", Day.BASELINE, 5.30e6, 96, "attention", "ryot/decoder.py",
        ((ms("ttft_ms"), 5.42),), (below("ttft_ms", 100, "ms", critical=True),),
        (("prompt_length", (10, 100)), ("batch_size", (1, 8)), ("model_size", ("small",))),
    ),
    Sketch(
        "TokenThroughput", "ryot", Day.BASELINE, 2.25e6, 118, "matmul", "ryot/decoder.py",
        ((per_second("throughput_tokens_per_sec", "tokens/s"), 438.0),),
        (above("throughput_tokens_per_sec", 50, "tokens/s", critical=True),),
        (("model_size", ("small", "medium")),),
    ),
    Sketch(
        "TokenGenerationMicro", "ryot", Day.MICROBENCHMARKS, 3.44e6, 88, "step",
        "ryot/decoder.py",
    ),
    Sketch(
        "CompressionMicro", "sigma_lang", Day.MICROBENCHMARKS, 4.33e3, 41, "compress",
        "sigma_lang/codec.py",
        ((RATIO, 1.95), (per_second("throughput_mb_per_sec", "MB/s"), 231.0)),
        (above("compression_ratio", 3, "1"), above("throughput_mb_per_sec", 100, "MB/s")),
    ),
    Sketch(
        "StorageWriteMicro", "sigma_vault", Day.MICROBENCHMARKS, 49.7e3, 46, "write",
        "sigma_vault/store.py",
        (
            (ms("write_latency_p99_ms", percentile=99), 1.46),
            (per_second("writes_per_sec", "ops/s"), 19_800.0),
        ),
        (below("write_latency_p99_ms", 10, "ms"), above("writes_per_sec", 100_000, "ops/s")),
    ),
    Sketch(
        "StorageReadMicro", "sigma_vault", Day.MICROBENCHMARKS, 4.44e3, 46, "LruCache.get",
        "sigma_vault/cache.py",
        (
            (ms("read_latency_p99_ms", percentile=99), 0.0203),
            (per_second("reads_per_sec", "ops/s"), 224_600.0),
        ),
        (below("read_latency_p99_ms", 5, "ms"), above("reads_per_sec", 1_000_000, "ops/s")),
    ),
    Sketch(
        "AgentTaskMicro", "agents", Day.MICROBENCHMARKS, 27.4e3, 39, "Collective.run",
        "agents/collective.py",
        ((ms("task_latency_p99_ms", percentile=99), 5.83), (UTILISATION, 62.0)),
        (
            below("task_latency_p99_ms", 50, "ms"),
            TargetDefinition("utilisation_percent", 80, Direction.RANGE, "%", 70, 90),
        ),
    ),
    Sketch(
        "FullLLMInference", "ryot", Day.MACROBENCHMARKS, 1.13e9, 131, "decode",
        "ryot/decoder.py",
    ),
    Sketch(
        "ScalingTest", "all", Day.MACROBENCHMARKS, 212e6, 152, "dispatch", "agents/collective.py",
        (), (), (("clients", (1, 2, 4, 8)),),
    ),
    Sketch(
        "EnduranceTest", "all", Day.MACROBENCHMARKS, 86.4e6, 164, "append", "sigma_vault/store.py",
        ((LEAK, math.nan),), (below("leak_bytes", 1024, "bytes"),), profiler="memory_profiler",
    ),
    Sketch(
        "CollectiveWorkflow", "all", Day.MACROBENCHMARKS, 318e6, 149, "Workflow.step",
        "agents/workflow.py", ((SENT, 0.618),), (above("received_of_sent", 0.99, "1"),),
    ),
    Sketch("InferenceProfiled", "ryot", Day.DEEP_DIVE, 644e6, 121, "softmax", "ryot/decoder.py"),
    Sketch(
        "CompressionLineProfile", "sigma_lang", Day.DEEP_DIVE, 3.3e6, 58, "train",
        "sigma_lang/codec.py", profiler="cprofile",
    ),
    Sketch(
        "StorageMemoryProfile", "sigma_vault", Day.DEEP_DIVE, 91.2e6, 214, "load",
        "sigma_vault/store.py", profiler="memory_profiler",
    ),
    Sketch(
        "AgentDistributedTrace", "agents", Day.DEEP_DIVE, 15.4e3, 44, "start_span",
        "agents/tracing.py",
    ),
)  # fmt: skip

SMALL = tuple(
    sketch
    for sketch in SUITE
    if sketch.name
    in (
        "TokenThroughput",
        "CompressionMicro",
        "StorageReadMicro",
        "EnduranceTest",
        "AgentTaskMicro",
    )
)
"""Enough of it where a state is told by its sentence."""

ENVIRONMENT = (
    Fact("kernel", "6.1.0-25-amd64"),
    Fact("python", "3.11.7"),
    Fact("governor", "performance"),
    Fact("cgroup quota", "none"),
    Fact("blas", "openblas 0.3.30, 1 thread"),
    Fact("numpy", "2.4.6"),
    Fact("zstandard", "0.25.0"),
)


def wobble(*seeds: object) -> float:
    """A number between -1 and 1 that looks like noise and is the same every time."""
    digits = int(short_hash(*map(str, seeds)), 16)
    return math.sin(digits % 10_007)


def cases_of(sketch: Sketch) -> tuple[Case, ...]:
    """The grid of a sketch, the first value of each parameter fastest."""
    points: list[dict[str, str | int]] = [{}]
    for name, values in sketch.grid:
        points = [{**point, name: value} for point in points for value in values]
    found = []
    for point in points:
        parameters = canonical_parameters(point)
        identity = short_hash("neurectomy", sketch.name, parameters)
        found.append(Case(identity, short_hash("key", identity), parameters))
    return tuple(found)


def record_of(sketch: Sketch) -> BenchmarkRecord:
    """The benchmark as it stood when the run began."""
    return BenchmarkRecord(
        name=sketch.name,
        title=sketch.name,
        component=sketch.component,
        day=sketch.day,
        tags=("tour",),
        owner="performance team",
        threshold_percent=10.0,
        cases=cases_of(sketch),
        metrics=(*JUDGED, *(metric for metric, _ in sketch.extra)),
        targets=sketch.targets,
        profiler=sketch.profiler,
    )


def run_of(records: tuple[BenchmarkRecord, ...], night: date = NIGHT) -> RunRecord:
    """The one run of the campaign."""
    return RunRecord(
        run_id="b7c1d2",
        campaign_id=CAMPAIGN,
        suite="neurectomy",
        night=night,
        number=1,
        kind=CampaignKind.FULL,
        entry=RunEntry.START,
        recorded_at=BEGAN,
        budget="nightly",
        seed=20261119,
        days=tuple(day.value for day in Day),
        revision="4f2c9ab81d0e7f3355c0a2b1d94e6f7a8b9c0d1e",
        uncommitted=False,
        machine=Machine("perf-01", "AMD EPYC 9R14", 2.0, 8 * 2**30, "x86_64"),
        environment=ENVIRONMENT,
        benchmarks=records,
    )
