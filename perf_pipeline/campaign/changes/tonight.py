"""Tonight's cases with everything that the decision rests on, read from the store."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from perf_pipeline.analysis.common_mode import CommonMode
from perf_pipeline.campaign.ab.comparison import DECIDING
from perf_pipeline.campaign.arms.second_arm import Base, base_of
from perf_pipeline.campaign.attempts import standing_attempt
from perf_pipeline.campaign.changes.case_night import CaseNight, CaseTonight, accepted_in
from perf_pipeline.campaign.changes.earlier import Earlier
from perf_pipeline.campaign.changes.pins import Pin
from perf_pipeline.campaign.changes.reference import anchor_of, reference_of
from perf_pipeline.campaign.changes.spoken import Spoken
from perf_pipeline.campaign.changes.standing import standing
from perf_pipeline.campaign.errors import ArmsError
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.targets import is_held
from perf_pipeline.errors import PerfError
from perf_pipeline.measure.pace import CaseCost, cost_of, pace_of
from perf_pipeline.model import (
    BenchmarkRecord,
    Day,
    Fact,
    MetricDefinition,
    Trial,
    VerdictRecord,
)
from perf_pipeline.suite.benchmark import Benchmark

EXPECTED_BLOCKS = 20
"""What a comparison takes on average; more where a change is small."""


@dataclass(frozen=True, slots=True)
class Night:
    """Tonight's campaign, what was before it, and the cases that were judged."""

    campaign: Campaign
    earlier: Earlier
    landed: Landed
    spoken: Spoken
    cases: tuple[CaseTonight, ...]
    common: CommonMode | None = None

    def case(self, case_id: str) -> CaseTonight | None:
        """One case, None if tonight has no such."""
        return next((one for one in self.cases if one.case_id == case_id), None)


class Landed:
    """What campaigns landed, read once and only where it is needed."""

    def __init__(self, campaign: Campaign, pins: tuple[Pin, ...] = ()) -> None:
        """Nothing is read yet."""
        self._campaign = campaign
        self._pins = pins
        self._trials: dict[tuple[str, str], tuple[Trial, ...]] = {}
        self._bases: dict[str, Base | None] = {}

    def trials(self, campaign_id: str, benchmark: str) -> tuple[Trial, ...]:
        """The trials of the attempt that counts, else of the last; empty where there is none."""
        key = (campaign_id, benchmark)
        if key not in self._trials:
            store = self._campaign.store
            standing = standing_attempt(store.attempts(*key))
            self._trials[key] = ()
            with suppress(PerfError):  # a file that is damaged by now: nothing is known of it
                self._trials[key] = store.trials(*key, standing.number) if standing else ()
        return self._trials[key]

    def code(self, campaign_id: str, benchmark: str, case_key: str) -> tuple[Fact, ...]:
        """File and hash of all code that a case ran in a campaign; empty where unknown."""
        for trial in self.trials(campaign_id, benchmark):
            if trial.imported and trial.case_key == case_key:
                return trial.imported
        return ()

    def base(self, campaign_id: str) -> Base | None:
        """How a campaign began, None where nothing is known of it."""
        if campaign_id not in self._bases:
            try:
                self._bases[campaign_id] = base_of(self._campaign, campaign_id, self._pins)
            except ArmsError:
                self._bases[campaign_id] = None
        return self._bases[campaign_id]


def read_cases(
    campaign: Campaign, screened: Sequence[VerdictRecord], earlier: Earlier, landed: Landed
) -> tuple[CaseTonight, ...]:
    """Every case that was judged tonight, in the order of the campaign."""
    by_case: dict[tuple[str, str], list[VerdictRecord]] = {}
    for row in screened:
        by_case.setdefault((row.benchmark, row.case_id), []).append(row)
    return tuple(
        _with_arms(campaign, _case(campaign, tuple(rows), earlier), earlier, landed)
        for rows in by_case.values()
    )


def _case(campaign: Campaign, rows: tuple[VerdictRecord, ...], earlier: Earlier) -> CaseTonight:
    first = rows[0]
    record = campaign.find_record(first.benchmark)
    parameters = next(case.parameters for case in record.cases if case.case_id == first.case_id)
    return CaseTonight(
        benchmark=first.benchmark,
        case_id=first.case_id,
        case_key=first.case_key,
        fingerprint=next((row.fingerprint for row in rows if row.fingerprint), ""),
        screened=rows,
        past=earlier.of(first.case_key),
        opinions=earlier.said_of(first.case_key),
        is_critical=is_critical(record, parameters),
        deciding=deciding(record.metrics),
    )


def _with_arms(
    campaign: Campaign, case: CaseTonight, earlier: Earlier, landed: Landed
) -> CaseTonight:
    """The case with reference, anchor and cost; a first night has none and costs no reading."""
    if not case.past:
        return case
    accepted = accepted_in(case.opinions)
    reference = _standing_reference(case) or reference_of(case.past, accepted, case.deciding)
    anchor = anchor_of(case.past, accepted, earlier.pinned(case.case_key))
    return replace(
        case,
        reference=reference,
        anchor=anchor,
        cost_s=_cost_s(campaign, case, landed),
        revisions_differ=reference is not None
        and _differs(campaign, landed.base(reference.campaign_id)),
    )


def _standing_reference(case: CaseTonight) -> CaseNight | None:
    """What stands as worse stays held against what it was found against."""
    for row in standing(case):
        for night in case.past:
            if night.campaign_id == row.reference:
                return night
    return None


def _differs(campaign: Campaign, base: Base | None) -> bool:
    record = campaign.record
    if base is None or base.uncommitted or record.uncommitted:
        return True
    return base.revision != record.revision


def _cost_s(campaign: Campaign, case: CaseTonight, landed: Landed) -> float:
    benchmark = campaign.find(case.benchmark)
    cost = case_cost(campaign, case, landed)
    if benchmark is None or cost is None:
        return 0.0
    return EXPECTED_BLOCKS * _block_s(campaign, benchmark, cost)


def case_cost(campaign: Campaign, case: CaseTonight, landed: Landed) -> CaseCost | None:
    """What a trial of the case took tonight; None where none ended ok."""
    trials = landed.trials(campaign.campaign_id, case.benchmark)
    return cost_of([one for one in trials if one.case_id == case.case_id])


def _block_s(campaign: Campaign, benchmark: Benchmark, cost: CaseCost) -> float:
    return pace_of(benchmark, campaign.context.budget, cost).block_seconds(cost)


def is_critical(record: BenchmarkRecord, parameters: str) -> bool:
    """Whether a case is on the critical path: of the baseline, or held to a critical target."""
    critical = (one for one in record.targets if one.critical)
    return record.day is Day.BASELINE or any(is_held(parameters, one.where) for one in critical)


def deciding(metrics: Sequence[MetricDefinition]) -> frozenset[str]:
    """The judged metrics that an A/B goes on for."""
    return frozenset(one.name for one in metrics if one.judged and one.clock in DECIDING)
