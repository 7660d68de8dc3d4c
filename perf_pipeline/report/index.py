"""The facts of a campaign, looked up by name; built once for all sections."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from perf_pipeline.model import (
    BenchmarkRecord,
    Case,
    Direction,
    Event,
    Hotspot,
    Measurement,
    MetricDefinition,
    MetricKind,
    Profile,
    SeriesPoint,
    Subject,
    TargetDefinition,
    VerdictRecord,
    parameters_label,
)
from perf_pipeline.report.facts import CampaignFacts, Cause
from perf_pipeline.report.text import shorten
from perf_pipeline.report.units import exact, quantities
from perf_pipeline.report.words import shown_unit


@dataclass(frozen=True)
class Index:
    """Facts with their lookups."""

    facts: CampaignFacts

    @cached_property
    def benchmarks(self) -> dict[str, BenchmarkRecord]:
        """Every benchmark of any run of the campaign; the latest record of each."""
        return {record.name: record for run in self.facts.runs for record in run.benchmarks}

    @cached_property
    def cases(self) -> dict[str, Case]:
        """Every case by its id."""
        return {case.case_id: case for record in self.benchmarks.values() for case in record.cases}

    @cached_property
    def by_case(self) -> dict[tuple[str, str], Measurement]:
        """Measurements by case id and metric."""
        return {(row.case_id, row.metric.name): row for row in self.facts.measurements}

    @cached_property
    def changes(self) -> tuple[VerdictRecord, ...]:
        """What was said of changes."""
        return tuple(row for row in self.facts.verdicts if row.subject is Subject.CHANGE)

    @cached_property
    def findings(self) -> dict[str, VerdictRecord]:
        """Tonight's findings by id, as landed; that of the night as a whole is not among them."""
        rows = [row for row in self.facts.verdicts if row.subject is Subject.FINDING]
        rows = [row for row in rows if row.benchmark]
        return {row.finding_id: row for row in rows}

    @cached_property
    def known(self) -> frozenset[str]:
        """Ids of tonight's verdicts on changes that an earlier night found worse already."""
        return frozenset(change.verdict.verdict_id for change in self.facts.still_worse)

    def answers(self, row: VerdictRecord) -> tuple[Event, ...]:
        """What people said of a change, or of the finding that it belongs to, oldest first."""
        ids = {row.change_id, row.finding_id} - {""}
        return tuple(event for event in self.facts.events if event.subject_id in ids)

    @cached_property
    def targets(self) -> tuple[VerdictRecord, ...]:
        """What was said of targets."""
        return tuple(row for row in self.facts.verdicts if row.subject is Subject.TARGET)

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """Profiles by id."""
        return {profile.profile_id: profile for profile in self.facts.profiles}

    @cached_property
    def hottest(self) -> dict[str, Hotspot]:
        """The function whose own work weighs most, by benchmark."""
        best: dict[str, Hotspot] = {}
        for spot in self.facts.hotspots:
            profile = self.profiles.get(spot.profile_id)
            if profile is None:
                continue
            held = best.get(profile.benchmark)
            if held is None or spot.saves_at_most > held.saves_at_most:
                best[profile.benchmark] = spot
        return best

    @cached_property
    def _metrics(self) -> dict[tuple[str, str], MetricDefinition]:
        declared = {
            (record.name, metric.name): metric
            for record in self.benchmarks.values()
            for metric in record.metrics
        }
        measured = {(row.benchmark, row.metric.name): row.metric for row in self.facts.measurements}
        return measured | declared

    @cached_property
    def _series(self) -> dict[tuple[str, str], tuple[SeriesPoint, ...]]:
        return {(row.case_key, row.metric): row.points for row in self.facts.histories}

    @cached_property
    def _causes(self) -> dict[tuple[str, str], Cause]:
        return {(cause.case_id, cause.metric): cause for cause in self.facts.causes}

    def metric(self, benchmark: str, name: str) -> MetricDefinition | None:
        """How a benchmark defines a metric."""
        return self._metrics.get((benchmark, name))

    def direction(self, benchmark: str, name: str) -> Direction:
        """Which way is good; lower when nobody said."""
        metric = self.metric(benchmark, name)
        return metric.direction if metric else Direction.LOWER

    def kind(self, row: VerdictRecord) -> MetricKind:
        """What sort of number a verdict speaks of."""
        metric = self.metric(row.benchmark, row.metric)
        return metric.kind if metric else MetricKind.POSITIVE

    def earlier(self, case_key: str, metric: str) -> tuple[SeriesPoint, ...]:
        """The figures of earlier campaigns, oldest first."""
        return self._series.get((case_key, metric), ())

    def cause(self, row: VerdictRecord) -> Cause | None:
        """What is known of the cause of a change."""
        return self._causes.get((row.case_id, row.metric))

    def unit(self, row: VerdictRecord) -> str:
        """The unit of what a verdict speaks of."""
        metric = self.metric(row.benchmark, row.metric)
        return shown_unit(metric) if metric else row.unit

    def shown(self, row: VerdictRecord, *values: float | None) -> tuple[str, ...]:
        """Values of what a verdict speaks of, in one unit; exact ones with all their digits."""
        if self.kind(row) is MetricKind.EXACT:
            return tuple(exact(value, self.unit(row)) for value in values)
        return quantities(values, self.unit(row))

    def cost_ns(self, benchmark: str, case_id: str) -> float | None:
        """What a profiled case costs: its CPU time, else its wall time, per call."""
        for metric in ("cpu_ns", "wall_ns"):
            row = self.by_case.get((case_id, metric))
            if row is not None and row.benchmark == benchmark and row.value is not None:
                return row.value
        return None

    def case_label(self, case_id: str) -> str:
        """The parameters of a case as a reader sees them; empty for a grid of one point."""
        case = self.cases.get(case_id)
        return shorten(parameters_label(case.parameters)) if case else ""

    def target(self, row: VerdictRecord) -> TargetDefinition | None:
        """The target that a verdict speaks of."""
        record = self.benchmarks.get(row.benchmark)
        targets = record.targets if record else ()
        alike = [target for target in targets if target.metric == row.metric]
        exactly = [target for target in alike if target.target == row.target]
        return next(iter(exactly or alike), None)
