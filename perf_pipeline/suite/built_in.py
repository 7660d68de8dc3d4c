"""The metrics every trial has without any declaration: the worker measures them itself."""

from __future__ import annotations

from perf_pipeline.model import Clock, Direction, MetricDefinition, MetricKind, Statistic

ALWAYS = (
    MetricDefinition(
        "cpu_ns", "ns", statistic=Statistic.LOW_QUANTILE, clock=Clock.CPU, judged=True
    ),
    MetricDefinition(
        "waiting_ns",
        "ns",
        kind=MetricKind.SIGNED,
        statistic=Statistic.LOW_QUANTILE,
        clock=Clock.WAITING,
        judged=True,
    ),
    MetricDefinition("wall_ns", "ns", statistic=Statistic.LOW_QUANTILE, clock=Clock.WALL),
    MetricDefinition("peak_rss_bytes", "bytes", statistic=Statistic.MAXIMUM, judged=True),
)
"""Changes of CPU time, waiting and peak memory are looked for unless regression is disabled."""

OF_WORKLOAD = (MetricDefinition("setup_ns", "ns", statistic=Statistic.LAST, clock=Clock.WALL),)
"""Where there is a factory: how long it took."""

OF_SERVICE = (MetricDefinition("startup_ns", "ns", statistic=Statistic.LAST, clock=Clock.WALL),)
"""Where there is a service: how long it took to get ready."""

OF_LOAD = (
    MetricDefinition("latency_ms", "ms", clock=Clock.WALL),
    MetricDefinition("goodput_per_sec", "requests/s", Direction.HIGHER, clock=Clock.WALL),
    MetricDefinition(
        "success_ratio", "1", Direction.HIGHER, MetricKind.PROPORTION, Statistic.RATIO
    ),
)
"""Where there is load: of each success, of the successes, and of all requests."""
