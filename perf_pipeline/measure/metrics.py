"""From the series a worker kept to observations with their metric definitions."""

from __future__ import annotations

from perf_pipeline.measure.outcome import Outcome, Series
from perf_pipeline.model import Direction, MetricDefinition, MetricKind, Observation
from perf_pipeline.suite.benchmark import Benchmark


def observations(benchmark: Benchmark, outcome: Outcome) -> tuple[Observation, ...]:
    """One observation per metric of the benchmark, empty where nothing was seen.

    A percentile carries the values it is of. What a workload returned without any declaration is
    kept under its own name, without unit and direction, and is never judged.
    """
    known = benchmark.record.metrics
    sources = {metric.of or metric.name for metric in known}
    extra = tuple(
        MetricDefinition(name, "", Direction.NONE, MetricKind.SIGNED)
        for name in outcome.series
        if name not in sources
    )
    return tuple(
        _observation(metric, outcome.series.get(metric.of or metric.name))
        for metric in known + extra
    )


def _observation(metric: MetricDefinition, series: Series | None) -> Observation:
    if series is None:
        return Observation(metric, ())
    return Observation(metric, series.values, series.warmups, series.attempts)
