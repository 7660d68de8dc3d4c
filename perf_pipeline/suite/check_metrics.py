"""What must hold between metrics and targets."""

from __future__ import annotations

from collections.abc import Iterator

from perf_pipeline.model import Direction, MetricDefinition, MetricKind
from perf_pipeline.suite.define import built_in, known_of, metric_definition, target_definition
from perf_pipeline.suite.fault import FieldPath, Problem, near_name, shown
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark
from perf_pipeline.suite.schema.metrics import DeclaredTarget

_UNIT = "a unit such as ms, bytes, tokens/s, items or 1"
_OPPOSITE = {Direction.LOWER: Direction.HIGHER, Direction.HIGHER: Direction.LOWER}


def check_metrics(document: DeclaredBenchmark) -> Iterator[Problem]:
    """Unit and direction of every declared metric are known."""
    for name, declared in document.metrics.items():
        metric = metric_definition(document, name)
        if not metric.unit:
            yield Problem(("metrics", name, "unit"), "nothing", _UNIT)
        if declared.direction is None and not _direction_known(document, name):
            allowed = "lower, higher, range or none (the name does not say it)"
            yield Problem(("metrics", name, "direction"), "nothing", allowed)
        if metric.kind is MetricKind.PROPORTION and metric.unit != "1":
            allowed = "1 (a proportion lies between 0 and 1)"
            yield Problem(("metrics", name, "unit"), shown(metric.unit), allowed)


def check_targets(document: DeclaredBenchmark) -> Iterator[Problem]:
    """Every target speaks of a known metric, in its unit and direction."""
    for name, target in document.targets.items():
        metric = metric_definition(document, name)
        if name not in document.metrics and not _is_complete(document, metric):
            yield _undeclared(document, metric)
        else:
            yield from _unit(metric, target)
            yield from _direction(metric, target)
            yield from _sense(metric, target)


def _direction_known(document: DeclaredBenchmark, name: str) -> bool:
    target = document.targets.get(name)
    return known_of(document, name).direction_known or bool(target and target.direction)


def _is_complete(document: DeclaredBenchmark, metric: MetricDefinition) -> bool:
    return bool(metric.unit) and _direction_known(document, metric.name)


def _undeclared(document: DeclaredBenchmark, metric: MetricDefinition) -> Problem:
    name = metric.name
    found = "a name that does not say which way is good"
    if not metric.unit:
        found = "a name that says neither its unit nor which way is good"
    near = near_name(name, [*document.metrics, *built_in(document)])
    hint = f" (or did you mean {near}?)" if near else ""
    return Problem(
        ("targets", name), found, f"unit and direction of it, here or under metrics.{name}{hint}"
    )


def _unit(metric: MetricDefinition, target: DeclaredTarget) -> Iterator[Problem]:
    if target.unit and metric.unit and target.unit != metric.unit:
        path = ("targets", metric.name, "unit")
        yield Problem(path, shown(target.unit), f"{metric.unit}, as the metric")


def _direction(metric: MetricDefinition, target: DeclaredTarget) -> Iterator[Problem]:
    name = metric.name
    direction = target_definition(metric, target).direction
    if direction is _OPPOSITE.get(metric.direction):
        allowed = f"{metric.direction}, as the metric (declare metrics.{name}.direction)"
        yield Problem(("targets", name, "direction"), shown(target.direction), allowed)
    if direction is Direction.NONE:
        yield Problem(("targets", name, "direction"), "nothing", "lower, higher or range")
    if direction is Direction.RANGE and target.acceptable_range is None:
        allowed = "[low, high], as the direction is range"
        yield Problem(("targets", name, "acceptable_range"), "nothing", allowed)


def _sense(metric: MetricDefinition, target: DeclaredTarget) -> Iterator[Problem]:
    """The figures can be reached at all, and a met target is no severe miss."""
    figures: dict[FieldPath, float] = {("target",): target.target}
    for i, end in enumerate(target.acceptable_range or []):
        figures["acceptable_range", i] = end
    for path, figure in figures.items():
        is_end = len(path) > 1
        if allowed := _impossible(metric, figure, is_end=is_end):
            yield Problem(("targets", metric.name, *path), shown(figure), allowed)
    yield from _contradiction(metric, target)


def _impossible(metric: MetricDefinition, figure: float, *, is_end: bool) -> str:
    if metric.kind is MetricKind.PROPORTION and not 0 <= figure <= 1:
        return "a proportion between 0 and 1"
    if metric.kind is MetricKind.POSITIVE and (figure < 0 or (figure == 0 and not is_end)):
        return f"more than 0 {metric.unit} (or declare metrics.{metric.name}.kind: signed)"
    return ""


def _contradiction(metric: MetricDefinition, target: DeclaredTarget) -> Iterator[Problem]:
    if target.acceptable_range is None:
        return
    low, high = target.acceptable_range
    direction = target_definition(metric, target).direction
    too_high = direction is not Direction.HIGHER and target.target > high
    too_low = direction is not Direction.LOWER and target.target < low
    if too_high or too_low:
        allowed = f"a figure inside of acceptable_range, {shown(low)} to {shown(high)}"
        yield Problem(("targets", metric.name, "target"), shown(target.target), allowed)
