"""Changes and findings as rows, lines and JSON, for `perf-pipeline changes`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from perf_pipeline.campaign.changes.people import Said
from perf_pipeline.campaign.store import Store
from perf_pipeline.model import (
    Event,
    EventKind,
    Ground,
    MetricDefinition,
    State,
    Subject,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.report.comparison.rows import CHANGE_IN
from perf_pipeline.report.text import count
from perf_pipeline.report.units import change, percent, quantities
from perf_pipeline.report.words import VERDICT_WORDS, metric_title, shown_unit

ANSWERED = {EventKind.ACCEPT: State.ACCEPTED, EventKind.DISPUTE: State.DISPUTED}
CLOSED = (State.ACCEPTED, State.DISPUTED, State.FIXED, State.WENT_AWAY)
LIST_TITLES = ("id", "night", "what", "change", "verdict", "why")
NIGHT_TITLES = ("campaign", "change", "verdict", "why")

Json = str | int | float | bool | None | list[str] | list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Declared:
    """Names of cases, and metrics by benchmark and name, as the campaigns declared them."""

    labels: dict[str, str]
    metrics: dict[tuple[str, str], MetricDefinition]

    def case(self, row: VerdictRecord) -> str:
        """Benchmark and parameters: `Sort size=1000`."""
        return f"{row.benchmark} {self.labels.get(row.case_id, '')}".strip()

    def metric(self, row: VerdictRecord) -> MetricDefinition:
        """The metric of a change; one that is no longer declared is known by its unit."""
        return self.metrics.get((row.benchmark, row.metric), MetricDefinition(row.metric, row.unit))


def declared(store: Store, rows: Iterable[VerdictRecord]) -> Declared:
    """What the campaigns that said these rows had declared; read from landing."""
    campaigns = dict.fromkeys(row.campaign_id for row in rows)
    records = [
        record
        for campaign_id in reversed(campaigns)
        for run in store.runs(campaign_id)
        for record in run.benchmarks
    ]
    return Declared(
        {case.case_id: case.label for record in records for case in record.cases},
        {(record.name, metric.name): metric for record in records for metric in record.metrics},
    )


def is_open(said: Said, campaign_id: str = "") -> bool:
    """Nobody has answered it, and it is neither fixed nor gone; of a finding one change suffices.

    With a campaign only what that one spoke of is looked at.
    """
    rows = [row for row in said.changes or (said.row,) if campaign_id in {"", row.campaign_id}]
    return any(_state(row, said.events) not in CLOSED for row in rows)


def list_row(said: Said, names: Declared) -> tuple[str, ...]:
    """One line of the list."""
    row = said.row
    change_of = moved(said.found, names)
    return (said.id, row.night.isoformat(), what(said, names), change_of, *_said_of(said))


def night_row(row: VerdictRecord, names: Declared) -> tuple[str, ...]:
    """What one campaign said of a change."""
    return (row.campaign_id, moved(row, names), verdict_word(row), row.reason)


def lines(said: Said, names: Declared) -> Iterator[tuple[str, str]]:
    """Everything known of one change or finding, a topic a line."""
    row = said.row
    yield said.id, f"{what(said, names)}: {_said_of(said)[0]}"
    if row.subject is Subject.CHANGE:
        found = said.found
        before, after = quantities((found.before, found.after), shown_unit(names.metric(found)))
        yield "change", f"{moved(found, names)}; {before} before, {after} on {found.night}"
        yield "evidence", _evidence(found)
    yield "why", row.reason
    yield from _named(said.found)
    for event in said.events:
        yield ANSWERED[event.kind].value, _answer(event)


def what(said: Said, names: Declared) -> str:
    """What an id stands for."""
    if said.row.subject is Subject.FINDING:
        return f"finding of {count(len(said.changes), 'change')}"
    return f"{names.case(said.row)}, {metric_title(said.row.metric)}"


def moved(row: VerdictRecord, names: Declared) -> str:
    """The change with its interval; empty for a finding."""
    if row.subject is Subject.FINDING:
        return ""
    of = CHANGE_IN.get(names.metric(row).kind, "")
    return f"{change(row.change_percent, row.low_percent, row.high_percent)} {of}".strip()


def verdict_word(row: VerdictRecord) -> str:
    """The verdict; of what is only suspected, or over, the state."""
    tells_more = row.verdict is Verdict.INCONCLUSIVE or row.state in CLOSED
    word = row.state if tells_more and row.state is not State.NONE else None
    return word.value.replace("_", " ") if word else VERDICT_WORDS[row.verdict]


def entry(said: Said, names: Declared) -> dict[str, Json]:
    """One change or finding for programs; figures are of the newest campaign that has them."""
    row, found = said.row, said.found
    return {
        "id": said.id,
        "subject": row.subject.value,
        "campaign": row.campaign_id,
        "night": row.night.isoformat(),
        "benchmark": row.benchmark,
        "parameters": names.labels.get(row.case_id, ""),
        "metric": row.metric,
        "unit": row.unit,
        "verdict": row.verdict.value,
        "state": row.state.value,
        "ground": row.ground.value,
        "before": found.before,
        "after": found.after,
        "change_percent": found.change_percent,
        "low_percent": found.low_percent,
        "high_percent": found.high_percent,
        "detectable_percent": found.detectable_percent,
        "p_value": found.p_value,
        "reference": found.reference,
        "reason": row.reason,
        "cause": found.cause,
        "finding": found.finding_id,
        "comparison": found.comparison,
        "changes": [one.change_id for one in said.changes],
        "open": is_open(said),
        "answers": [
            {
                "change": event.subject_id,
                "answer": ANSWERED[event.kind].value,
                "author": event.author,
                "reason": event.reason,
                "at": event.recorded_at.isoformat(),
            }
            for event in said.events
        ],
    }


def _said_of(said: Said) -> tuple[str, str]:
    """Verdict, or what people answered since, and why."""
    answers = [event for event in said.events if event.recorded_at > said.row.decided_at]
    if answers and not is_open(said):
        return ANSWERED[answers[-1].kind].value, _answer(answers[-1])
    why = "; ".join(filter(None, (said.row.reason, said.row.cause)))
    return verdict_word(said.row), said.row.reason if said.row.subject is Subject.FINDING else why


def _state(row: VerdictRecord, events: Iterable[Event]) -> State:
    """What a change is now: what people said of it after the campaign did counts."""
    later = [
        event
        for event in events
        if event.subject_id == row.change_id and event.recorded_at > row.decided_at
    ]
    return ANSWERED[later[-1].kind] if later else row.state


def _evidence(row: VerdictRecord) -> str:
    seen = row.detectable_percent
    would = "" if seen is None else f"; {percent(seen)} would have shown"
    if row.ground is Ground.AB:
        chance = "" if row.p_value is None else f", p = {row.p_value:.2g}"
        return f"A/B of {count(row.n, 'block')}{chance}{would}"
    return f"{row.ground.value}{would}" if row.ground is not Ground.NONE else "none tonight"


def _named(row: VerdictRecord) -> Iterator[tuple[str, str]]:
    if row.cause:
        yield "cause", row.cause
    if row.subject is Subject.CHANGE and row.finding_id:
        yield "finding", row.finding_id
    if row.reference:
        yield "compared with", row.reference
    yield "said by", row.campaign_id


def _answer(event: Event) -> str:
    return f"{event.author}, {event.recorded_at:%Y-%m-%d}: {event.reason}"
