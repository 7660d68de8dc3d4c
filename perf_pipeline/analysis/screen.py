"""The first look at a series: does tonight, or do the last nights, leave its past?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from perf_pipeline.analysis.change_scale import ChangeScale, change_scale
from perf_pipeline.analysis.robust import student_t_quantile
from perf_pipeline.analysis.sentence import counted, exactly
from perf_pipeline.analysis.shift import (
    FEWEST_NIGHTS,
    MOST_NIGHTS,
    THRESHOLDS,
    Shift,
    find_shift,
    segment_start,
)
from perf_pipeline.model import Clock, MetricDefinition, MetricKind, SeriesPoint, State, Verdict

PROBABLE_NIGHTS = 3
ESTABLISHED_NIGHTS = 8
POWER_QUANTILE = 1.645
"""So many standard errors beyond the threshold, and 95 % of such changes are seen."""


@dataclass(frozen=True, slots=True)
class ScreenResult:
    """What the history of one series says about tonight; never more than a suspicion.

    `change`, `low` and `high` (95 %) are on the scale of the metric: ln for positive ones, parts
    of the wall time for signed ones, differences for proportions. `nights` is how long the new
    level has been seen, `before` how many nights it is compared with. A night here is a campaign:
    two on one day are two, and are told as campaigns.
    """

    state: State
    verdict: Verdict
    reason: str
    change: float | None = None
    low: float | None = None
    high: float | None = None
    change_percent: float | None = None
    low_percent: float | None = None
    high_percent: float | None = None
    detectable_percent: float | None = None
    """The smallest change that tonight would have shown with 95 % probability."""
    nights: int = 0
    before: int = 0


def screen(
    history: Sequence[SeriesPoint],
    tonight: SeriesPoint,
    metric: MetricDefinition,
    scale_ns: float | None = None,
) -> ScreenResult:
    """Judge tonight against the nights before it, of the same machine, case and metric.

    One or two nights that stand out make a change `suspected`, three or more `probable`, eight or
    more `established`; the verdict stays `inconclusive: not confirmed`, for without a second arm
    machine and code cannot be told apart. Otherwise it is `unchanged`, with the smallest change
    that tonight would have shown. Under 8 nights nothing is said. After 12 nights the new level
    is what later nights are compared with. On unchanged code under 0.2 % of series are suspected
    in a night (rates in docs/method.md); it errs silent.

    Args:
        history: Earlier nights, oldest first; about 60 are enough.
        tonight: The night to judge.
        metric: Its kind chooses the rule; any difference of an exact metric is a change. On the
            wall clock contended nights are left out, and tonight is withheld if it is one.
        scale_ns: The case's wall time; needed for signed metrics.
    """
    wall = metric.clock is Clock.WALL
    if wall and tonight.contended:
        return _unsaid("contended: others used the machine, the wall clock says nothing")
    past = [point for point in history if not (wall and point.contended)]
    if metric.kind is MetricKind.EXACT:
        return _exact(past, tonight, metric)
    if metric.kind is MetricKind.SIGNED and not (scale_ns and scale_ns > 0):
        return _unsaid("a change of a signed metric is judged against wall time, none is known")
    if len(past) < FEWEST_NIGHTS:
        return _unsaid(f"too little history: {len(past)} of {FEWEST_NIGHTS} campaigns")
    return _judged(past, tonight, change_scale(metric, scale_ns))


def _judged(past: Sequence[SeriesPoint], tonight: SeriesPoint, scale: ChangeScale) -> ScreenResult:
    points = [*past, tonight]
    values = scale.of([point.value for point in points])
    errors = np.array([scale.error_of(point.trial_values) for point in points])
    start = segment_start(values[:-1], scale.floors)
    found = find_shift(values[start:], errors[start:], scale.floors)
    before = min(MOST_NIGHTS, len(past) - start - max(0, int(found.nights) - 1))
    against = counted(before, "campaign") + (" since the level moved" if start else "")
    return _result(found, scale, before, against, _note(past[-1], tonight))


def _result(found: Shift, scale: ChangeScale, before: int, against: str, note: str) -> ScreenResult:
    nights, change, error = int(found.nights), float(found.change), float(found.error)
    half = student_t_quantile(0.975, before - 1) * error
    threshold = float(found.threshold)
    detectable = threshold + POWER_QUANTILE * error
    if nights:
        when = "tonight" if nights == 1 else f"for {nights} campaigns"
        limit = scale.told(threshold).lstrip("+")
        reason = f"not confirmed: {scale.told(change)} {when} against {against}, limit {limit}"
    else:
        smallest = scale.told(detectable).lstrip("+")
        reason = f"{scale.told(change)} against {against}; {smallest} would have shown"
    return ScreenResult(
        state=_state(nights),
        verdict=Verdict.INCONCLUSIVE if nights else Verdict.UNCHANGED,
        reason=reason + note,
        change=change,
        low=change - half,
        high=change + half,
        change_percent=scale.percent(change),
        low_percent=scale.percent(change - half),
        high_percent=scale.percent(change + half),
        detectable_percent=scale.percent(detectable),
        nights=nights,
        before=before,
    )


def _exact(
    past: Sequence[SeriesPoint], tonight: SeriesPoint, metric: MetricDefinition
) -> ScreenResult:
    """Any difference is a change; how long it stands makes its state, as for other kinds."""
    if not past:
        return _unsaid("too little history: 0 of 1 campaign")
    same = list(takewhile(lambda point: point.value == tonight.value, reversed(past)))
    nights, note = len(same) + 1, _note(past[-1], tonight)
    value = exactly(tonight.value, metric.unit)
    if len(same) == len(past) or nights > max(THRESHOLDS):
        reason = f"exactly {value} in {counted(nights, 'campaign')}{note}"
        return ScreenResult(
            State.NONE, Verdict.UNCHANGED, reason, detectable_percent=0.0, before=len(past)
        )
    was = past[-nights].value
    reason = f"not confirmed: exactly {value} now, {exactly(was, metric.unit)} before{note}"
    percent = 100 * (tonight.value - was) / abs(was) if was else None
    return ScreenResult(
        _state(nights),
        Verdict.INCONCLUSIVE,
        reason,
        change_percent=percent,
        low_percent=percent,
        high_percent=percent,
        detectable_percent=0.0,
        nights=nights,
        before=len(past) - nights + 1,
    )


def _state(nights: int) -> State:
    if not nights:
        return State.NONE
    if nights < PROBABLE_NIGHTS:
        return State.SUSPECTED
    return State.PROBABLE if nights < ESTABLISHED_NIGHTS else State.ESTABLISHED


def _note(last: SeriesPoint, tonight: SeriesPoint) -> str:
    """What else is new tonight: the first suspects of a change, named whatever was found."""
    new = []
    if last.fingerprint != tonight.fingerprint:
        new.append("the code it runs changed")
    if last.environment_id != tonight.environment_id:
        new.append("the environment changed")
    return f"; since {last.night} {' and '.join(new)}" if new else ""


def _unsaid(reason: str) -> ScreenResult:
    return ScreenResult(State.NONE, Verdict.INCONCLUSIVE, reason)
