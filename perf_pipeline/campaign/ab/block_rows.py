"""From the two trials of a block to the rows that land: one per compared metric."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from perf_pipeline.analysis.effect import effect, effect_in_turns, wall_scale_ns, why_no_scale
from perf_pipeline.analysis.trial_value import TrialValue, trial_value
from perf_pipeline.measure.arm import Arms
from perf_pipeline.measure.blocks import BlockOutcome
from perf_pipeline.measure.metrics import observations
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.trials import RunContext, layout
from perf_pipeline.model import Block, MetricDefinition, Statistic, short_hash
from perf_pipeline.suite.benchmark import Benchmark
from perf_pipeline.suite.built_in import ALWAYS

NOTHING = TrialValue(None, "it was not measured")
PARALLEL = 1.1
"""CPU time by wall time from which threads or processes must have run side by side."""


@dataclass(frozen=True, slots=True)
class BlockRows:
    """The rows of one block, and why compared metrics have none, by name."""

    rows: tuple[Block, ...]
    missing: dict[str, str]


def compared_metrics(
    benchmark: Benchmark, asked: Sequence[str] = ()
) -> tuple[MetricDefinition, ...]:
    """The judged metrics and those asked for by name; where none is judged, what usually is."""
    known = benchmark.record.metrics or ALWAYS
    judged = {one.name for one in known if one.judged} or {one.name for one in ALWAYS if one.judged}
    return tuple(metric for metric in known if metric.name in judged.union(asked))


def runs_in_parallel(outcome: BlockOutcome) -> bool:
    """Whether an arm kept several cores busy at once, so that waiting cannot be seen.

    Arms that take turns have one thread each.
    """
    if outcome.turns:
        return False
    counted = [one.counters for one in (outcome.a, outcome.b)]
    return any(one.get("cpu_ns", 0) > PARALLEL * one.get("wall_ns", 0) for one in counted)


def block_rows(
    arms: Arms,
    outcome: BlockOutcome,
    metrics: Sequence[MetricDefinition],
    context: RunContext,
    comparison: str,
) -> BlockRows:
    """One row per metric that both arms have; `same_code` is for the caller to fill in.

    Both arms are read with the metric definitions of arm B, whose code is judged. A block in
    which an arm failed has no rows: it is evidence of nothing.
    """
    if not outcome.is_ok:
        return BlockRows((), {})
    sides = [_values(arms.b.benchmark, one) for one in (outcome.a, outcome.b)]
    scale_ns = _scale_ns(sides[0])
    rows: list[Block] = []
    missing: dict[str, str] = {}
    for metric in metrics:
        a, b = (side.get(metric.name, NOTHING) for side in sides)
        reason = a.reason or b.reason or why_no_scale(metric, scale_ns)
        if a.value is None or b.value is None or reason:
            missing[metric.name] = reason
            continue
        rows.append(
            Block(
                block_id=short_hash(context.run_id, comparison, metric.name, str(outcome.number)),
                campaign_id=context.campaign_id,
                run_id=context.run_id,
                suite=context.suite,
                machine=context.machine,
                night=context.night,
                comparison=comparison,
                benchmark=arms.b.benchmark.name,
                case_id=arms.b.case.case_id,
                case_key=arms.b.case.case_key,
                metric=metric.name,
                unit=metric.unit,
                number=outcome.number,
                first_arm=outcome.first_arm,
                layout=replace(layout(outcome.draw, outcome.a), aslr=outcome.aslr),
                value_a=a.value,
                value_b=b.value,
                log_ratio=_log_ratio(a.value, b.value),
                same_code=False,
                measured_at=outcome.measured_at,
                kind=metric.kind,
                effect=_effect(metric, outcome, a.value, b.value, scale_ns),
                neighbour=outcome.neighbour,
                duration_s=outcome.duration_s,
                turns=outcome.turns,
            )
        )
    return BlockRows(tuple(rows), missing)


def _values(benchmark: Benchmark, outcome: Outcome) -> dict[str, TrialValue]:
    """The trial's number of every metric."""
    duration_s = (outcome.counters.get("wall_ns", 0) or outcome.duration_ns) / 1e9
    return {
        one.metric.name: trial_value(one, duration_s) for one in observations(benchmark, outcome)
    }


def _scale_ns(side: dict[str, TrialValue]) -> float:
    """The wall time that waiting is a part of; 0 where it was not measured."""
    clocks = [side.get(name, NOTHING).value or 0.0 for name in ("wall_ns", "cpu_ns", "waiting_ns")]
    return wall_scale_ns(*clocks)


def _effect(
    metric: MetricDefinition, outcome: BlockOutcome, a: float, b: float, scale_ns: float
) -> float:
    """Timings of arms that took turns by their pairs of values, all else by the trials' values."""
    paired = None
    if outcome.turns and metric.statistic is Statistic.LOW_QUANTILE:
        paired = effect_in_turns(_timed(outcome.a, metric.name), _timed(outcome.b, metric.name))
    return effect(metric, a, b, scale_ns) if paired is None else paired


def _timed(outcome: Outcome, name: str) -> tuple[float, ...]:
    series = outcome.series[name]
    return series.values[series.warmups :]


def _log_ratio(a: float, b: float) -> float:
    return math.log(b / a) if a > 0 and b > 0 else 0.0
