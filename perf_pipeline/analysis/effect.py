"""B against A in one block, on the scale on which effects of a metric add up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from perf_pipeline.analysis.ab import AbResult, Shift
from perf_pipeline.analysis.sentence import exactly
from perf_pipeline.model import MetricDefinition, MetricKind

NS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
FEWEST_EXACT = 3
"""Blocks in which both arms must have repeated themselves before an exact metric is believed."""


def effect(metric: MetricDefinition, a: float, b: float, scale_ns: float) -> float:
    """ln(B/A) of positive metrics, B - A of exact ones and proportions.

    Signed times count in parts of arm A's wall time (`wall_scale_ns`): waiting is often near 0
    and has no logarithm.

    Args:
        metric: Its kind decides.
        a: The trial value of arm A; above 0 where the kind is positive.
        b: The trial value of arm B.
        scale_ns: Arm A's wall time; signed metrics only.
    """
    if metric.kind is MetricKind.POSITIVE:
        return math.log(b / a)
    if metric.kind is MetricKind.SIGNED:
        return (b - a) * NS[metric.unit] / scale_ns
    return b - a


def effect_in_turns(a: Sequence[float], b: Sequence[float]) -> float | None:
    """ln(B/A) of values that both arms took in turn: the median of the pairs' own.

    A machine whose speed drifts within a trial, or that is slow for some values, moves both
    values of a pair, which cancels; the trial values beside it keep all of that. Errs blind as
    they do to a change of only some calls. None where the values are no pairs.
    """
    if len(a) != len(b) or not a or min(*a, *b) <= 0:
        return None
    return median(math.log(two / one) for one, two in zip(a, b, strict=True))


def wall_scale_ns(wall_ns: float, cpu_ns: float, waiting_ns: float) -> float:
    """The wall time that a call would have had without waiting for a CPU.

    A busy neighbour doubles the wall time and would halve every effect that is a part of it. Of
    code that runs on several cores at once it is the wall time itself.
    """
    return min(wall_ns, cpu_ns + waiting_ns)


def why_no_scale(metric: MetricDefinition, scale_ns: float) -> str:
    """Why effects of a metric cannot be told; empty where they can."""
    if metric.kind is not MetricKind.SIGNED:
        return ""
    if metric.unit not in NS:
        unit = metric.unit or "no unit"
        return f"a signed metric in {unit} has no scale: only times count in parts of wall time"
    return "" if scale_ns else "the wall time that it is a part of was not measured"


def judge_exact(
    metric: MetricDefinition, a: Sequence[float], b: Sequence[float]
) -> tuple[AbResult, str]:
    """Any difference is a change, from 3 blocks on; (result, why it is withheld or empty).

    An arm whose own trials differ is not exact, and nothing is said. There is no chance in an
    exact metric, so no interval and no looks: errs where a metric is exact in few trials only.
    """
    for arm, values in (("A", a), ("B", b)):
        if len(set(values)) > 1:
            seen = " and ".join(exactly(one, metric.unit) for one in (min(values), max(values)))
            return _exact(Shift.OPEN, None, len(a)), f"declared exact, but {arm} gave {seen}"
    if len(a) < FEWEST_EXACT:
        return _exact(Shift.OPEN, b[0] - a[0] if a else None, len(a)), ""
    difference = b[0] - a[0]
    shift = Shift.EQUAL if not difference else Shift.HIGHER if difference > 0 else Shift.LOWER
    return _exact(shift, difference, len(a)), ""


def _exact(shift: Shift, difference: float | None, n: int) -> AbResult:
    known = shift is not Shift.OPEN
    return AbResult(
        shift=shift,
        estimate=difference,
        low=difference if known else None,
        high=difference if known else None,
        n=n,
        is_final=known,
        detectable=0.0 if known else None,
        blocks_to_resolve=FEWEST_EXACT,
        p_value=(1.0 if shift is Shift.EQUAL else 0.0) if known else None,
    )
