"""How many benchmarks came out how: the figures of the verdict sentence.

A benchmark counts once, with the worst of what is said of its cases; the tables list every case.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum

from perf_pipeline.model import BenchmarkRecord, Day, State, TrialStatus, Verdict, VerdictRecord
from perf_pipeline.report.facts import CampaignFacts, Fault
from perf_pipeline.report.index import Index


class Outcome(StrEnum):
    """What is said of a change, worst first."""

    WORSE = "worse"
    STILL_WORSE = "still_worse"
    """Found on an earlier night, and neither fixed nor accepted since."""
    SUSPECTED = "suspected"
    NOT_COMPARABLE = "not_comparable"
    INCONCLUSIVE = "inconclusive"
    NOT_MEASURED = "not_measured"
    ACCEPTED = "accepted"
    """Its code is one that somebody accepted; there is too little history of it to say more."""
    BETTER = "better"
    UNCHANGED = "unchanged"
    NOT_JUDGED = "not_judged"
    """Measured, but nothing of it is looked at for change."""


SUSPECT_STATES = (State.SUSPECTED, State.PROBABLE, State.ESTABLISHED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Names of benchmarks by outcome; `missing` are those that gave no result, with the reason."""

    planned: int
    missing: tuple[Fault, ...]
    outcomes: tuple[tuple[str, Outcome], ...]

    def names(self, outcome: Outcome) -> tuple[str, ...]:
        """The benchmarks with this outcome."""
        return tuple(name for name, found in self.outcomes if found is outcome)

    def number(self, *outcomes: Outcome) -> int:
        """How many benchmarks have one of these outcomes."""
        return sum(found in outcomes for _, found in self.outcomes)

    @property
    def missing_names(self) -> tuple[str, ...]:
        """The benchmarks that gave no result, each once."""
        return tuple(dict.fromkeys(fault.benchmark for fault in self.missing))


def outcome_of(row: VerdictRecord, known: Container[str] = ()) -> Outcome:
    """What one verdict on a change amounts to; `known` are ids of those found worse before."""
    if row.verdict_id in known:
        return Outcome.STILL_WORSE if row.verdict is Verdict.WORSE else Outcome.INCONCLUSIVE
    if row.verdict is Verdict.INCONCLUSIVE and row.state in SUSPECT_STATES:
        return Outcome.SUSPECTED
    if row.verdict is Verdict.INCONCLUSIVE and row.state is State.ACCEPTED:
        return Outcome.ACCEPTED
    return Outcome(row.verdict.value)


def worst(rows: Iterable[VerdictRecord], known: Container[str] = ()) -> Outcome:
    """The worst outcome among the verdicts on the changes of one benchmark."""
    found = {outcome_of(row, known) for row in rows}
    return next((outcome for outcome in Outcome if outcome in found), Outcome.NOT_JUDGED)


def tally(index: Index) -> Tally:
    """Count the benchmarks that the campaign set out to measure."""
    planned = tuple(r.name for r in index.benchmarks.values() if _is_planned(r, index.facts))
    missing = _missing(index, planned)
    gone = {fault.benchmark for fault in missing}
    rows: dict[str, list[VerdictRecord]] = {name: [] for name in planned if name not in gone}
    for row in index.changes:
        if row.benchmark in rows:
            rows[row.benchmark].append(row)
    outcomes = tuple((name, worst(found, index.known)) for name, found in rows.items())
    return Tally(len({*planned, *gone}), missing, outcomes)


def days_of(facts: CampaignFacts) -> tuple[Day, ...]:
    """The days that the runs of a campaign covered; all five when none is named."""
    named = {day for run in facts.runs for day in run.days}
    return tuple(day for day in Day if day.value in named or not named)


def _is_planned(record: BenchmarkRecord, facts: CampaignFacts) -> bool:
    has_cases = any(case.in_budget for case in record.cases)
    return record.day in days_of(facts) and (has_cases or bool(record.fault))


def _missing(index: Index, planned: tuple[str, ...]) -> tuple[Fault, ...]:
    """Faults as gathered, those of declarations, and what was never reached."""
    known = {fault.benchmark for fault in index.facts.faults}
    reached = {attempt.benchmark for attempt in index.facts.attempts}
    reached |= {row.benchmark for row in index.facts.measurements}
    added = []
    for name in planned:
        fault = index.benchmarks[name].fault
        if name in known:
            continue
        if fault:
            added.append(Fault(name, TrialStatus.CONFIGURATION_FAILURE, fault))
        elif name not in reached:
            added.append(Fault(name, TrialStatus.SKIPPED, "not reached before the campaign ended"))
    return (*index.facts.faults, *added)
