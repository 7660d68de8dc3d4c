"""The numbers of the report, unrounded: what report.json holds.

Rows are the frozen values of the model, field by field: ids, names and units are those that SQL
knows. Only what repeats the campaign or is of no use outside it is left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum

from perf_pipeline.model import (
    Event,
    Fact,
    Hotspot,
    Machine,
    Measurement,
    MetricDefinition,
    Profile,
    SameCode,
    TrialStatus,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.report.facts import AttemptFacts, CampaignFacts, Fault
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Card
from perf_pipeline.report.sentence import Headline
from perf_pipeline.report.tally import Outcome, Tally, days_of
from perf_pipeline.report.text import LOG_LIMIT, clean
from perf_pipeline.report.trust import Trust

FORMAT = 1
"""Moves when a field of report.json changes its meaning."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

OF_CAMPAIGN = ("campaign_id", "run_id", "suite", "machine", "night", "kind", "budget")
LEFT_OUT: Mapping[type, tuple[str, ...]] = {
    Measurement: (*OF_CAMPAIGN, "trial_values", "fingerprint"),
    VerdictRecord: (*OF_CAMPAIGN, "subject", "method_version"),
    Profile: (*OF_CAMPAIGN, "frames", "stacks", "calls", "memory", "method_version"),
    MetricDefinition: ("statistic", "of", "clock", "judged", "minimum_duration_s"),
    Card: ("number",),
}


@dataclass(frozen=True, slots=True)
class VerdictData:
    """The sentences and the counts they were made from; counts are of benchmarks."""

    form: str
    mark: str
    sentence: str
    trust: str
    trust_level: str
    planned: int
    gave_no_result: int
    got_worse: int
    still_worse: int
    findings: int
    suspected: int
    not_comparable: int
    not_judged: int
    got_better: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class TargetCounts:
    """Targets by verdict; a target counts once per case."""

    met: int
    missed: int
    inconclusive: int
    not_measured: int


@dataclass(frozen=True, slots=True)
class BenchmarkData:
    """What a benchmark set out to do and what came of it: the denominators."""

    name: str
    title: str
    component: str
    day: str
    profiler: str
    status: TrialStatus
    outcome: str
    cases: int
    cases_in_budget: int
    attempt: AttemptFacts | None


@dataclass(frozen=True, slots=True)
class CampaignData:
    """Which campaign this is, where and on what it ran."""

    id: str
    suite: str
    night: date
    kind: str
    budget: str
    days: tuple[str, ...]
    revision: str
    uncommitted: bool
    machine: Machine
    environment: tuple[Fact, ...]
    method_version: int
    loaded: str


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything in report.json."""

    format: int
    written_at: datetime
    campaign: CampaignData
    verdict: VerdictData
    target_counts: TargetCounts
    do_first: tuple[Card, ...]
    findings: tuple[VerdictRecord, ...]
    changes: tuple[VerdictRecord, ...]
    answers: tuple[Event, ...]
    same_code: tuple[SameCode, ...]
    targets: tuple[VerdictRecord, ...]
    benchmarks: tuple[BenchmarkData, ...]
    measurements: tuple[Measurement, ...]
    hotspots: tuple[Hotspot, ...]
    profiles: tuple[Profile, ...]
    faults: tuple[Fault, ...]


def report_data(
    index: Index, counts: Tally, said: tuple[Headline, Trust], cards: tuple[Card, ...]
) -> ReportData:
    """The numbers behind a view."""
    facts = index.facts
    return ReportData(
        format=FORMAT,
        written_at=facts.written_at,
        campaign=_campaign(facts),
        verdict=_verdict(index, counts, *said),
        target_counts=_target_counts(index),
        do_first=cards,
        findings=tuple(index.findings.values()),
        changes=index.changes,
        answers=facts.events,
        same_code=facts.same_code,
        targets=index.targets,
        benchmarks=_benchmarks(index, counts),
        measurements=facts.measurements,
        hotspots=facts.hotspots,
        profiles=facts.profiles,
        faults=counts.missing,
    )


def to_json(value: object) -> Json:
    """A frozen value as JSON: enums as words, instants in ISO, what is not finite as null."""
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    if is_dataclass(value):
        left_out = LEFT_OUT.get(type(value), ())
        names = [part.name for part in fields(value) if part.name not in left_out]
        return {name: to_json(getattr(value, name)) for name in names}
    return _scalar(value)


def dumps(value: object) -> str:
    """The JSON text of a frozen value: a line per field, and per row of a list."""
    found = to_json(value)
    lines = found.items() if isinstance(found, dict) else ()
    return "{\n" + ",\n".join(f"{_text(name)}: {_rows(part)}" for name, part in lines) + "\n}\n"


def _rows(value: Json) -> str:
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return _text(value)
    return "[\n" + ",\n".join(_text(row) for row in value) + "\n]"


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _scalar(value: object) -> Json:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or (isinstance(value, bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return clean(str(value.value if isinstance(value, Enum) else value))[:LOG_LIMIT]


def _campaign(facts: CampaignFacts) -> CampaignData:
    run = facts.start
    return CampaignData(
        id=run.campaign_id,
        suite=run.suite,
        night=run.night,
        kind=run.kind.value,
        budget=run.budget,
        days=tuple(day.value for day in days_of(facts)),
        revision=run.revision,
        uncommitted=run.uncommitted,
        machine=run.machine,
        environment=run.environment,
        method_version=run.method_version,
        loaded=facts.loaded,
    )


def _verdict(index: Index, counts: Tally, headline: Headline, trust: Trust) -> VerdictData:
    return VerdictData(
        form=headline.form.value,
        mark=headline.mark.value,
        sentence=headline.sentence,
        trust=trust.sentence,
        trust_level=trust.level,
        planned=counts.planned,
        gave_no_result=len(counts.missing_names),
        got_worse=counts.number(Outcome.WORSE),
        still_worse=counts.number(Outcome.STILL_WORSE),
        findings=len(index.findings),
        suspected=counts.number(Outcome.SUSPECTED),
        not_comparable=counts.number(Outcome.NOT_COMPARABLE),
        not_judged=counts.number(Outcome.INCONCLUSIVE, Outcome.NOT_MEASURED, Outcome.NOT_JUDGED),
        got_better=counts.number(Outcome.BETTER),
        unchanged=counts.number(Outcome.UNCHANGED),
    )


def _target_counts(index: Index) -> TargetCounts:
    found = [row.verdict for row in index.targets]
    return TargetCounts(
        met=found.count(Verdict.MET),
        missed=found.count(Verdict.MISSED),
        inconclusive=found.count(Verdict.INCONCLUSIVE),
        not_measured=found.count(Verdict.NOT_MEASURED),
    )


def _benchmarks(index: Index, counts: Tally) -> tuple[BenchmarkData, ...]:
    attempts = {attempt.benchmark: attempt for attempt in index.facts.attempts}
    faults = {fault.benchmark: fault.status for fault in reversed(counts.missing)}
    outcomes = dict(counts.outcomes)
    found = []
    for record in index.benchmarks.values():
        reached = record.name in outcomes
        other = faults.get(record.name, TrialStatus.SKIPPED)
        found.append(
            BenchmarkData(
                name=record.name,
                title=record.title,
                component=record.component,
                day=record.day.value,
                profiler=record.profiler,
                status=TrialStatus.OK if reached else other,
                outcome=outcomes[record.name].value if reached else "not_measured",
                cases=len(record.cases),
                cases_in_budget=sum(case.in_budget for case in record.cases),
                attempt=attempts.get(record.name),
            )
        )
    return tuple(found)
