"""What is declared of a metric goes over what is built in or inferred."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perf_pipeline.model import Clock, Direction, MetricDefinition, MetricKind, Statistic
from perf_pipeline.suite.benchmark import Suite


@pytest.fixture
def metrics(read_one: Callable[[str], Suite]) -> Callable[[str], dict[str, MetricDefinition]]:
    """The metrics of a benchmark with these lines."""

    def read_metrics(text: str) -> dict[str, MetricDefinition]:
        suite = read_one(f"benchmark:\n  name: A\n  workload: work.py:make\n  {text}\n")
        assert suite.faults == ()
        return {metric.name: metric for metric in suite.benchmarks[0].record.metrics}

    return read_metrics


def test_a_target_alone_makes_a_metric(
    metrics: Callable[[str], dict[str, MetricDefinition]],
) -> None:
    """A metric named only in targets is shown and held to it, not judged for change."""
    found = metrics("targets: {write_latency_p99_ms: {target: 10}}")
    metric = found["write_latency_p99_ms"]
    assert (metric.percentile, metric.of, metric.judged) == (99, "write_latency_ms", False)


def test_a_target_tells_what_the_name_does_not(
    metrics: Callable[[str], dict[str, MetricDefinition]],
) -> None:
    """Direction and unit may stand with the target."""
    found = metrics("targets: {queue_depth: {target: 9, direction: lower, unit: items}}")
    assert (found["queue_depth"].unit, found["queue_depth"].direction) == ("items", Direction.LOWER)


def test_a_declaration_wins_over_the_name(
    metrics: Callable[[str], dict[str, MetricDefinition]],
) -> None:
    """Every declared field stands; the rest follows from the name."""
    metric = metrics("metrics: {hit_ratio: {unit: hits, kind: signed, minimum_duration: 60}}")
    assert metric["hit_ratio"] == MetricDefinition(
        "hit_ratio", "hits", Direction.HIGHER, MetricKind.SIGNED, minimum_duration_s=60
    )


@pytest.mark.parametrize(
    ("judged_on", "clock"),
    [("cpu", Clock.CPU), ("waiting", Clock.WAITING), ("wall", Clock.WALL), ("value", Clock.NONE)],
)
def test_judged_on_names_the_clock(
    metrics: Callable[[str], dict[str, MetricDefinition]], judged_on: str, clock: Clock
) -> None:
    """A declared metric is judged for change only where that is said."""
    metric = metrics(f"metrics: {{a_ms: {{judged_on: {judged_on}}}}}")["a_ms"]
    assert (metric.judged, metric.clock) == (True, clock)


def test_built_in_metrics_can_be_declared(
    metrics: Callable[[str], dict[str, MetricDefinition]],
) -> None:
    """Wall time is judged when somebody asks for it, with its own statistic."""
    found = metrics("metrics: {wall_ns: {judged_on: wall}}")
    assert (found["wall_ns"].judged, found["wall_ns"].statistic) == (True, Statistic.LOW_QUANTILE)
    assert len(found) == 5


@pytest.mark.parametrize(
    ("declared", "statistic"),
    [
        ("kind: proportion, direction: higher, unit: 1", Statistic.RATIO),
        ("kind: exact", Statistic.LAST),
        ("percentile: 90", Statistic.PERCENTILE),
        ("statistic: maximum", Statistic.MAXIMUM),
        ("direction: lower", Statistic.MEDIAN),
    ],
)
def test_the_statistic_follows_from_the_kind(
    metrics: Callable[[str], dict[str, MetricDefinition]], declared: str, statistic: Statistic
) -> None:
    """Unless it is declared."""
    declared = declared.replace("unit: 1", "unit: '1'")
    assert metrics(f"metrics: {{a_ms: {{{declared}}}}}")["a_ms"].statistic is statistic


def test_nothing_is_judged_when_regression_is_disabled(
    metrics: Callable[[str], dict[str, MetricDefinition]],
) -> None:
    """The author may want figures only."""
    found = metrics("regression: {enabled: false}")
    assert not any(metric.judged for metric in found.values())
