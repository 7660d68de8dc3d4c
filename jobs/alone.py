"""What became of benchmarks measured alone: each figure beside that of the night before."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from perf_pipeline.errors import PerfError
from perf_pipeline.model import (
    Direction,
    Measurement,
    MetricKind,
    RunEntry,
    SeriesPoint,
    Subject,
    TargetDefinition,
    TrialStatus,
    Verdict,
    VerdictRecord,
    parameters_label,
)
from perf_pipeline.report.units import change, scale_for
from warehouse.store import WarehouseStore

TITLES = ("case", "metric", "before", "now", "difference", "target")
MOST_ROWS = 10
"""Of one benchmark: with title and notes it stays on one screen."""
BOUNDS = {Direction.LOWER: "at most ", Direction.HIGHER: "at least "}


@dataclass(frozen=True, slots=True)
class Alone:
    """Cells under `TITLES`, and the sentences below them."""

    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    incomplete: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement, what it is held against, and the wall time of its case."""

    now: Measurement
    before: SeriesPoint | None
    targets: tuple[VerdictRecord, ...]
    wall_ns: float | None

    @property
    def change_percent(self) -> float | None:
        """Of the value before; of wall time for signed metrics; points for proportions."""
        if self.now.value is None or self.before is None:
            return None
        wholes = {MetricKind.SIGNED: self.wall_ns, MetricKind.PROPORTION: 1.0}
        whole = wholes.get(self.now.metric.kind, self.before.value)
        return 100 * (self.now.value - self.before.value) / whole if whole else None

    @property
    def weight(self) -> tuple[bool, float]:
        """What must be seen: missed targets first, then the larger differences."""
        missed = any(one.verdict is Verdict.MISSED for one in self.targets)
        return missed, abs(self.change_percent or 0.0)


def look_back(store: WarehouseStore, campaign_id: str) -> Alone:
    """Lay what was measured beside the newest full campaign before it, and publish it."""
    starts = [run for run in store.runs(campaign_id) if run.entry is RunEntry.START]
    promised = starts[-1].benchmarks
    standing = [store.attempts(campaign_id, one.name)[-1:] for one in promised]
    failed = [one for found in standing for one in found if one.status is not TrialStatus.OK]
    notes = [f"{one.benchmark}  {one.status.value}: {'; '.join(one.faults)}" for one in failed]
    try:
        figures = _figures(store, campaign_id)
    except PerfError as error:
        figures = []
        notes.append(f"Landed, not loaded; the next run loads it. {error.what}")
    rows: list[tuple[str, ...]] = []
    for record in promised:
        own = [one for case in record.cases for one in figures if one.now.case_id == case.case_id]
        rows += [_cells(one, record.targets) for one in _foremost(own)]
        if len(own) > MOST_ROWS:
            notes.append(_left_out(len(own) - MOST_ROWS, record.name, campaign_id))
    with contextlib.suppress(PerfError):  # a busy warehouse: the next publishing takes it along
        store.publish()
    incomplete = bool(failed) or not all(standing)
    return Alone(tuple(rows), (*notes, *_remarks(figures)), incomplete)


def _figures(store: WarehouseStore, campaign_id: str) -> list[Figure]:
    """The judged metrics, and those that have a target."""
    measured = store.measurements(campaign_id)
    past = {(one.case_key, one.metric): one.points for one in store.history(campaign_id, nights=1)}
    said = [one for one in store.verdicts(campaign_id) if one.subject is Subject.TARGET]
    wall_ns = {one.case_id: one.value for one in measured if one.metric.name == "wall_ns"}
    figures = []
    for now in measured:
        key = (now.case_id, now.metric.name)
        targets = tuple(one for one in said if (one.case_id, one.metric) == key)
        before = next(iter(past.get((now.case_key, now.metric.name), ())), None)
        if now.metric.judged or targets:
            figures.append(Figure(now, before, targets, wall_ns.get(now.case_id)))
    return figures


def _foremost(figures: Sequence[Figure]) -> list[Figure]:
    """The weightiest, still in the order of the suite."""
    ranked = sorted(range(len(figures)), key=lambda place: figures[place].weight, reverse=True)
    return [figures[place] for place in sorted(ranked[:MOST_ROWS])]


def _left_out(count: int, benchmark: str, campaign_id: str) -> str:
    query = (
        "select parameters, metric, value, low, high, unit from v_measurements "  # noqa: S608 - shown, never run here
        f"where campaign = '{campaign_id}' and benchmark = '{benchmark}'"
    )
    return f'and {count:,} more of {benchmark}: perf-pipeline sql "{query}"'


def _cells(one: Figure, targets: Sequence[TargetDefinition]) -> tuple[str, ...]:
    now, before = one.now, one.before.value if one.before else None
    scale = scale_for((now.value, before), now.metric.unit)
    told = now.reason if now.value is None else scale.text(now.value)
    if now.low is not None and now.high is not None:
        told += f" ({scale.bare(now.low)} to {scale.bare(now.high)})"
    return (
        f"{now.benchmark} {parameters_label(now.parameters)}".rstrip(),
        now.metric.name,
        scale.text(before),
        told,
        _difference(one),
        "; ".join(f"{_bound(row, targets)}: {row.verdict.value}" for row in one.targets),
    )


def _difference(one: Figure) -> str:
    if one.before and one.now.value == one.before.value:
        return "none"
    told = change(one.change_percent, None, None)
    if one.change_percent is None:
        return told
    match one.now.metric.kind:
        case MetricKind.SIGNED:
            return f"{told} of wall time"
        case MetricKind.PROPORTION:
            return f"{told.removesuffix('%')} points"
        case _:
            return told


def _bound(row: VerdictRecord, targets: Sequence[TargetDefinition]) -> str:
    """What was asked for, as its author wrote it."""
    asked = next(one for one in targets if (one.metric, one.target) == (row.metric, row.target))
    scale = scale_for((asked.target,), asked.unit)
    if asked.direction is Direction.RANGE:
        ends = (asked.low, asked.high)
        return " to ".join("any" if end is None else scale.declared(end) for end in ends)
    return BOUNDS.get(asked.direction, "") + scale.declared(asked.target)


def _remarks(figures: Sequence[Figure]) -> list[str]:
    """How to read the table."""
    if not figures:
        return []
    earlier = dict.fromkeys(one.before.campaign_id for one in figures if one.before)
    if not earlier:
        told = ["No earlier full campaign measured these cases: there is nothing to compare with."]
    else:
        named = ", ".join(earlier)
        told = [f"Before: {named}. A difference is no verdict: nights differ by themselves."]
    disturbed = {
        "now": any(one.now.contended for one in figures),
        "before": any(one.before.contended for one in figures if one.before),
    }
    if when := " and ".join(word for word, contended in disturbed.items() if contended):
        told.append(f"Contended {when}: others used the machine, so wall times say little.")
    return told
