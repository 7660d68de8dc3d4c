"""From what the blocks of an A/B say of a metric to a verdict in the words of the glossary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from perf_pipeline.analysis.ab import AbResult, Shift
from perf_pipeline.analysis.sentence import counted
from perf_pipeline.campaign.ab.result import MetricResult, OutputAgreement
from perf_pipeline.model import Direction, MetricDefinition, MetricKind, Verdict
from perf_pipeline.report.comparison.facts import ComparedMetric
from perf_pipeline.report.comparison.rows import CHANGE_IN, change_text, metric_text
from perf_pipeline.report.units import change, percent

WORSE_WHEN = {Direction.LOWER: Shift.HIGHER, Direction.HIGHER: Shift.LOWER}
NO_DIRECTION = "it differs, but which way is good is not declared"
OTHER_RESULTS = "the arms returned different results, so that better proves nothing"


def judged_metric(
    result: MetricResult, output: OutputAgreement, threshold_percent: float = 0.0
) -> ComparedMetric:
    """The verdict on one metric with its figures in percent, and why it is so.

    `better` is void where the outputs differ; `worse` stands. A metric whose good direction nobody
    declared is never worse or better: that it differs is said in the reason.

    Args:
        result: As the engine gives it.
        output: Whether both arms returned the same.
        threshold_percent: The author's label for what is severe; never a test.
    """
    ab, metric = result.ab, result.metric
    verdict = _verdict(result, output)
    moved = [effect_percent(metric, one, result.value_a) for one in (ab.estimate, ab.low, ab.high)]
    known = not result.withheld
    row = ComparedMetric(
        metric=metric,
        verdict=verdict,
        reason="",
        before=result.value_a,
        after=result.value_b,
        change_percent=moved[0] if known else None,
        low_percent=moved[1] if known else None,
        high_percent=moved[2] if known else None,
        detectable_percent=effect_percent(metric, ab.detectable, result.value_a) if known else None,
        more_blocks=_more(ab),
        doubt=_doubt(result, verdict),
        blocks=ab.n,
        p_value=ab.p_value if known else None,
        severe=verdict is Verdict.WORSE and 0 < threshold_percent <= abs(moved[0] or 0.0),
    )
    return replace(row, reason=_reason(row, result, output))


def effect_percent(
    metric: MetricDefinition, effect: float | None, value_a: float | None
) -> float | None:
    """An effect on the scale of the metric's kind in percent; None where it has none.

    Positive: relative to A. Signed: of A's wall time. Proportion: percentage points. Exact:
    relative to A, None where A is 0.
    """
    if effect is None:
        return None
    if metric.kind is MetricKind.POSITIVE:
        return 100 * math.expm1(effect)
    if metric.kind is MetricKind.EXACT:
        return 100 * effect / abs(value_a) if value_a else (0.0 if effect == 0 else None)
    return 100 * effect


def shift_verdict(metric: MetricDefinition, shift: Shift) -> Verdict:
    """What a shift is to somebody who knows which way is good."""
    if shift is Shift.EQUAL:
        return Verdict.UNCHANGED
    if shift is Shift.OPEN or metric.direction not in WORSE_WHEN:
        return Verdict.INCONCLUSIVE
    return Verdict.WORSE if shift is WORSE_WHEN[metric.direction] else Verdict.BETTER


def so_far(results: Sequence[MetricResult]) -> str:
    """How far apart both arms are, for somebody who waits: `CPU time +4.9% (+3.1 to +6.7)`."""
    found = [judged_metric(one, OutputAgreement.UNKNOWN) for one in results]
    return ", ".join(f"{metric_text(row)} {change_text(row)}" for row in found if change_text(row))


def _verdict(result: MetricResult, output: OutputAgreement) -> Verdict:
    if result.withheld:
        return Verdict.INCONCLUSIVE
    found = shift_verdict(result.metric, result.ab.shift)
    void = found is Verdict.BETTER and output is OutputAgreement.DIFFER
    return Verdict.INCONCLUSIVE if void else found


def _more(ab: AbResult) -> int | None:
    """Blocks that are still needed, as far as their spread tells."""
    if ab.shift is not Shift.OPEN or ab.blocks_to_resolve is None:
        return None
    return max(0, ab.blocks_to_resolve - ab.n) or None


def _doubt(result: MetricResult, verdict: Verdict) -> str:
    """Why a clear difference is neither worse nor better."""
    differs = result.ab.shift in {Shift.HIGHER, Shift.LOWER}
    if result.withheld or not differs or verdict is not Verdict.INCONCLUSIVE:
        return ""
    return OTHER_RESULTS if result.metric.direction in WORSE_WHEN else NO_DIRECTION


def _reason(row: ComparedMetric, result: MetricResult, output: OutputAgreement) -> str:
    """`+8.3% (+7.1 to +9.6) in 16 blocks`, with what is open or would have shown."""
    if result.withheld:
        return result.withheld
    if row.change_percent is None:
        return f"only {counted(row.blocks, 'block')}"
    of = f" {CHANGE_IN[row.metric.kind]}" if row.metric.kind in CHANGE_IN else ""
    moved = change(row.change_percent, row.low_percent, row.high_percent)
    said = [f"{moved}{of} in {counted(row.blocks, 'block')}"]
    if row.doubt:
        said.append(row.doubt)
    elif row.verdict in {Verdict.UNCHANGED, Verdict.INCONCLUSIVE}:
        if row.detectable_percent is not None:
            said.append(f"{percent(row.detectable_percent)}{of} would have shown")
        if row.more_blocks:
            said.append(f"about {counted(row.more_blocks, 'more block')} would decide")
    elif row.verdict is Verdict.WORSE and output is OutputAgreement.DIFFER:
        said.append("the arms returned different results")
    return "; ".join(said)
