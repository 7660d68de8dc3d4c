"""From declared metrics and targets to their definitions: what is declared, else inferred."""

from __future__ import annotations

from dataclasses import replace

from perf_pipeline.model import (
    Clock,
    Direction,
    MetricDefinition,
    MetricKind,
    Statistic,
    TargetDefinition,
    canonical_parameters,
)
from perf_pipeline.suite.built_in import ALWAYS, OF_LOAD, OF_SERVICE, OF_WORKLOAD
from perf_pipeline.suite.infer import Inferred, infer
from perf_pipeline.suite.schema.benchmark import DeclaredBenchmark
from perf_pipeline.suite.schema.metrics import DeclaredMetric, DeclaredTarget

_STATISTICS = {MetricKind.PROPORTION: Statistic.RATIO, MetricKind.EXACT: Statistic.LAST}
_CLOCKS = {
    "cpu": Clock.CPU,
    "waiting": Clock.WAITING,
    "wall": Clock.WALL,
    "value": Clock.NONE,
}


def metric_definitions(document: DeclaredBenchmark) -> tuple[MetricDefinition, ...]:
    """Every metric of the benchmark, once: built-in, declared, then only named in targets."""
    names = dict.fromkeys([*built_in(document), *document.metrics, *document.targets])
    found = (metric_definition(document, name) for name in names)
    if document.regression.enabled:
        return tuple(found)
    return tuple(replace(metric, judged=False) for metric in found)


def metric_definition(document: DeclaredBenchmark, name: str) -> MetricDefinition:
    """One metric: what is declared of it, over what is built in or its name says."""
    inferred = known_of(document, name)
    target = document.targets.get(name)
    definition = _pointed(inferred, target)
    declared = document.metrics.get(name)
    return _declared(definition, declared) if declared else definition


def known_of(document: DeclaredBenchmark, name: str) -> Inferred:
    """What is known of a metric without any declaration."""
    metric = built_in(document).get(name)
    return Inferred(metric, direction_known=True) if metric else infer(name)


def built_in(document: DeclaredBenchmark) -> dict[str, MetricDefinition]:
    """The metrics measured without being declared, by name."""
    found = [*ALWAYS]
    if document.service:
        found += OF_SERVICE
    if document.load:
        found += OF_LOAD
    elif not document.command:
        found += OF_WORKLOAD
    return {metric.name: metric for metric in found}


def target_definitions(document: DeclaredBenchmark) -> tuple[TargetDefinition, ...]:
    """The targets with direction and unit filled in."""
    return tuple(
        target_definition(metric_definition(document, name), target)
        for name, target in document.targets.items()
    )


def target_definition(metric: MetricDefinition, target: DeclaredTarget) -> TargetDefinition:
    """One target; direction and unit are the metric's unless declared."""
    low, high = target.acceptable_range or (None, None)
    return TargetDefinition(
        metric=metric.name,
        target=target.target,
        direction=Direction(target.direction) if target.direction else metric.direction,
        unit=target.unit or metric.unit,
        low=low,
        high=high,
        critical=target.critical,
        where=canonical_parameters(target.where or {}),
    )


def _pointed(inferred: Inferred, target: DeclaredTarget | None) -> MetricDefinition:
    """The definition with what only its target tells."""
    definition = inferred.definition
    if target is None:
        return definition
    if target.direction and not inferred.direction_known:
        definition = replace(definition, direction=Direction(target.direction))
    return replace(definition, unit=definition.unit or target.unit or "")


def _declared(known: MetricDefinition, declared: DeclaredMetric) -> MetricDefinition:
    kind = MetricKind(declared.kind) if declared.kind else known.kind
    judged_on = declared.judged_on
    statistic = _statistic(known, declared, kind)
    percentile = declared.percentile or known.percentile
    return replace(
        known,
        unit=declared.unit or known.unit or ("1" if kind is MetricKind.PROPORTION else ""),
        direction=Direction(declared.direction) if declared.direction else known.direction,
        kind=kind,
        statistic=statistic,
        percentile=percentile if statistic is Statistic.PERCENTILE else None,
        of=declared.of or known.of,
        clock=_CLOCKS[judged_on] if judged_on else known.clock,
        judged=known.judged or judged_on is not None,
        minimum_duration_s=declared.minimum_duration,
        derived=declared.derived,
    )


def _statistic(known: MetricDefinition, declared: DeclaredMetric, kind: MetricKind) -> Statistic:
    if declared.statistic:
        return Statistic(declared.statistic)
    if declared.percentile is not None:
        return Statistic.PERCENTILE
    return _STATISTICS.get(kind, known.statistic)
