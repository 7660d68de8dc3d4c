"""How far the verdict can be trusted tonight, and why: one line below it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from perf_pipeline.model import Clock, Ground, MetricKind, SameCode, Verdict, VerdictRecord
from perf_pipeline.report.facts import ControlFigures
from perf_pipeline.report.index import Index
from perf_pipeline.report.tally import Outcome, Tally
from perf_pipeline.report.text import count, shorten, some
from perf_pipeline.report.units import percent
from perf_pipeline.report.words import gave_none

A_TENTH = 0.1
"""Of so few comparisons nobody speaks in thousands."""
RULES = {Ground.AB: "A/B", Ground.SCREEN: "screen", Ground.TARGET: "target"}


@dataclass(frozen=True, slots=True)
class Trust:
    """`level` is `good`, `limited` or `none`; the sentences say what it rests on."""

    level: str
    sentence: str


def trust(index: Index, counts: Tally) -> Trust:
    """What the same-code control, contention and the benchmarks left out say of the night.

    `good` needs a control that shows no difference between equal codes, a fit machine and no
    benchmark that failed or was contended.
    """
    control = index.facts.control
    contended = tuple(
        dict.fromkeys(row.benchmark for row in index.facts.measurements if row.contended)
    )
    unfit = next((run.fit_reason for run in index.facts.runs if not run.fit), "")
    whole = not counts.missing and not contended and not unfit
    good = control is not None and _covers_zero(control) and whole
    level = "none" if not counts.outcomes else "good" if good else "limited"
    said = [
        f"The machine was not fit: {shorten(unfit, 200)}." if unfit else "",
        _control(control),
        _own_errors(index.facts.same_code),
        _detectable(index),
        _missing(counts),
        _contention(index, contended),
        _unjudged(index, counts),
    ]
    return Trust(level, " ".join([f"Trust: {level}.", *filter(None, said)]))


def _covers_zero(control: ControlFigures) -> bool:
    low, high = control.low_percent, control.high_percent
    return low is not None and high is not None and low <= 0 <= high


def _control(control: ControlFigures | None) -> str:
    if control is None:
        return "No same-code control was run."
    moved = f"The same-code control moved by {percent(abs(control.moved_percent))}"
    if control.low_percent is None or control.high_percent is None:
        return f"{moved} (too few pairs for an interval)."
    reach = percent(max(abs(control.low_percent), abs(control.high_percent)))
    if _covers_zero(control):
        return f"{moved} (at most {reach})."
    return f"{moved} although nothing had changed: doubt changes below {reach}."


def _own_errors(same_code: tuple[SameCode, ...]) -> str:
    """How often equal code was called different here, by each rule, with the exact limit."""
    said = [
        f"{RULES[one.ground]} {one.alarms:,} of {one.compared:,} ({per_thousand(one.at_most)})"
        for one in same_code
        if one.compared
    ]
    return f"Equal code called different so far: {', '.join(said)}." if said else ""


def per_thousand(rate: float) -> str:
    """A rate between 0 and 1 as an upper limit: `at most 2.4 per 1,000`, or `at most 63%`."""
    if rate > A_TENTH:
        return f"at most {percent(100 * rate)}"
    return f"at most {1000 * rate:,.3g} per 1,000"


def _detectable(index: Index) -> str:
    """The middle of what the judged series of CPU time would have shown."""
    known = [
        row.detectable_percent
        for row in index.changes
        if row.detectable_percent is not None
        and row.verdict is Verdict.UNCHANGED
        and is_cpu_time(index, row)
    ]
    if not known:
        return ""
    return f"Half of the series would have shown {percent(median(known))} more CPU time."


def is_cpu_time(index: Index, row: VerdictRecord) -> bool:
    """Whether a verdict speaks of CPU time; memory moves by far less, other clocks by more."""
    metric = index.metric(row.benchmark, row.metric)
    return metric is not None and metric.clock is Clock.CPU and metric.kind is MetricKind.POSITIVE


def _missing(counts: Tally) -> str:
    """How many failed, timed out or could not run, when it is not all the same."""
    status_of = {fault.benchmark: fault.status for fault in reversed(counts.missing)}
    found = Counter(status_of.values())
    if len(found) < 2:
        return ""
    parts = [f"{number:,} {gave_none(status, number)}" for status, number in found.most_common()]
    return f"No result from {count(len(status_of), 'benchmark')}: {', '.join(parts)}."


def _contention(index: Index, contended: tuple[str, ...]) -> str:
    if not contended:
        return ""
    withheld = any(
        row.contended and row.metric.judged and row.metric.clock is Clock.WALL
        for row in index.facts.measurements
    )
    said = f"Contended (others used the machine): {some(contended)}"
    return f"{said}; verdicts on wall time are withheld there." if withheld else f"{said}."


def _unjudged(index: Index, counts: Tally) -> str:
    """Which benchmarks could not be judged, with the reason where there is one for all."""
    names = (*counts.names(Outcome.INCONCLUSIVE), *counts.names(Outcome.NOT_MEASURED))
    if not names or len(names) == len(counts.outcomes):
        return ""
    unclear = (Verdict.INCONCLUSIVE, Verdict.NOT_MEASURED)
    rows = [row for row in index.changes if row.benchmark in names and row.verdict in unclear]
    reasons = {row.reason for row in rows}
    why = f" ({shorten(reasons.pop(), 120)})" if len(reasons) == 1 else ""
    return f"{count(len(names), 'benchmark')} could not be judged: {some(names)}{why}."
