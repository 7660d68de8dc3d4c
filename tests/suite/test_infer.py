"""A metric's name says its unit, direction, clock and percentile."""

from __future__ import annotations

import pytest

from perf_pipeline.model import Clock, Direction, MetricKind, Statistic
from perf_pipeline.suite.infer import infer

NAMES = [
    ("startup_ns", "ns", Direction.LOWER, Clock.WALL),
    ("reply_us", "us", Direction.LOWER, Clock.WALL),
    ("ttft_ms", "ms", Direction.LOWER, Clock.WALL),
    ("total_s", "s", Direction.LOWER, Clock.WALL),
    ("throughput_tokens_per_sec", "tokens/s", Direction.HIGHER, Clock.WALL),
    ("write_ops_per_second", "ops/s", Direction.HIGHER, Clock.WALL),
    ("requests_per_s", "requests/s", Direction.HIGHER, Clock.WALL),
    ("throughput_mb_per_sec", "MB/s", Direction.HIGHER, Clock.WALL),
    ("compress_ms_per_mb", "ms/MB", Direction.LOWER, Clock.WALL),
    ("peak_rss_bytes", "bytes", Direction.LOWER, Clock.NONE),
    ("model_mb", "MB", Direction.LOWER, Clock.NONE),
    ("heap_mib", "MiB", Direction.LOWER, Clock.NONE),
    ("compression_ratio", "1", Direction.HIGHER, Clock.NONE),
    ("utilisation_percent", "%", None, Clock.WALL),
    ("hit_percent", "%", None, Clock.NONE),
    ("cpu_cores", "cores", Direction.LOWER, Clock.WALL),
    ("queue_depth", "", None, Clock.NONE),
    ("ms", "", None, Clock.NONE),
    ("_s", "s", Direction.LOWER, Clock.WALL),
]


@pytest.mark.parametrize(("name", "unit", "direction", "clock"), NAMES)
def test_the_suffix_tells(name: str, unit: str, direction: Direction | None, clock: Clock) -> None:
    """What the suffix does not tell stays open."""
    inferred = infer(name)
    metric = inferred.definition
    assert (metric.name, metric.unit, metric.clock) == (name, unit, clock)
    assert inferred.direction_known == (direction is not None)
    assert metric.direction is (direction or Direction.NONE)
    assert not metric.judged


PERCENTILES = [
    ("write_latency_p99_ms", 99, "write_latency_ms"),
    ("write_latency_ms_p99", 99, "write_latency_ms"),
    ("latency_p50_us", 50, "latency_us"),
    ("latency_p5_us", 5, "latency_us"),
    ("latency_p999_ms", 99.9, "latency_ms"),
    ("latency_p9999_ms", 99.99, "latency_ms"),
]


@pytest.mark.parametrize(("name", "percentile", "of"), PERCENTILES)
def test_a_percentile_is_of_the_name_without_it(name: str, percentile: float, of: str) -> None:
    """The unit is that of the observations."""
    metric = infer(name).definition
    assert (metric.statistic, metric.percentile, metric.of) == (
        Statistic.PERCENTILE,
        percentile,
        of,
    )
    assert metric.unit == infer(of).definition.unit


@pytest.mark.parametrize("name", ["latency_p0_ms", "latency_p100_ms", "p99", "map_ms"])
def test_other_letters_are_no_percentile(name: str) -> None:
    """The minimum and the maximum are no percentiles, nor is every p."""
    assert infer(name).definition.percentile is None


def test_a_percentage_may_be_zero() -> None:
    """No logarithm is taken of what may be 0."""
    assert infer("errors_percent").definition.kind is MetricKind.SIGNED
    assert infer("ttft_ms").definition.kind is MetricKind.POSITIVE
