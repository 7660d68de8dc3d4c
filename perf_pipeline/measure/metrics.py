"""From the series a worker kept to observations with their metric definitions."""

from __future__ import annotations

from perf_pipeline.measure.trial import Outcome, Series
from perf_pipeline.model import (
    Clock,
    Direction,
    MetricDefinition,
    MetricKind,
    Observation,
    Statistic,
)
from perf_pipeline.suite.benchmark import Benchmark

BUILT_IN = (
    MetricDefinition("wall_ns", "ns", clock=Clock.WALL, statistic=Statistic.LOW_QUANTILE),
    MetricDefinition(
        "cpu_ns", "ns", clock=Clock.CPU, statistic=Statistic.LOW_QUANTILE, judged=True
    ),
    MetricDefinition(
        "waiting_ns",
        "ns",
        kind=MetricKind.SIGNED,
        clock=Clock.WAITING,
        statistic=Statistic.LOW_QUANTILE,
        judged=True,
    ),
    MetricDefinition(
        "peak_rss_bytes", "bytes", clock=Clock.NONE, statistic=Statistic.MAXIMUM, judged=True
    ),
    MetricDefinition("setup_ns", "ns", clock=Clock.WALL, statistic=Statistic.LAST),
    MetricDefinition("startup_ns", "ns", clock=Clock.WALL, statistic=Statistic.LAST),
)
"""Measured for every case without being declared; a benchmark's own definition comes first."""


def definitions(benchmark: Benchmark) -> tuple[MetricDefinition, ...]:
    """What is declared, then the built-in ones that were not declared otherwise."""
    declared = benchmark.record.metrics
    names = {metric.name for metric in declared}
    return declared + tuple(metric for metric in BUILT_IN if metric.name not in names)


def observations(benchmark: Benchmark, outcome: Outcome) -> tuple[Observation, ...]:
    """One observation per declared or built-in metric, empty where nothing was seen.

    A percentile carries the values it is of. What a workload returned without any declaration is
    kept under its own name, without unit and direction, and is never judged.
    """
    known = definitions(benchmark)
    sources = {metric.of or metric.name for metric in known}
    extra = tuple(
        MetricDefinition(name, "", Direction.NONE, MetricKind.SIGNED)
        for name in outcome.series
        if name not in sources
    )
    return tuple(
        _observation(metric, outcome.series.get(metric.of or metric.name))
        for metric in known + extra
        if metric.name != "startup_ns" or benchmark.service
    )


def _observation(metric: MetricDefinition, series: Series | None) -> Observation:
    if series is None:
        return Observation(metric, ())
    return Observation(metric, series.values, series.warmups, series.attempts)
