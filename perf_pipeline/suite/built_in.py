"""The metrics every trial has without any declaration: the worker measures them itself."""

from __future__ import annotations

from perf_pipeline.model import Clock, MetricDefinition, MetricKind, Statistic

BUILT_IN = (
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
    MetricDefinition("setup_ns", "ns", statistic=Statistic.LAST, clock=Clock.WALL),
)
"""Changes of CPU time, waiting and peak memory are looked for unless regression is disabled."""

STARTUP = MetricDefinition("startup_ns", "ns", statistic=Statistic.LAST, clock=Clock.WALL)
"""How long a service took to get ready; only where there is one."""
