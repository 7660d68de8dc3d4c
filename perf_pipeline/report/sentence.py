"""The verdict sentence, computed from the same rows as the tables below it.

Green is said only when the night is complete, comparable, every judged benchmark is unchanged or
better and no critical target is missed; everything else that is not worse is grey.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from perf_pipeline.model import CampaignKind, Verdict, VerdictRecord
from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.index import Index
from perf_pipeline.report.tally import Outcome, Tally, tally
from perf_pipeline.report.text import count, shorten
from perf_pipeline.report.words import (
    BETTER_WORDS,
    WORSE_WORDS,
    Quantity,
    gave_none,
    quantity_of,
)

SUSPECTED = "suspected, not confirmed"
UNJUDGED = "could not be judged"
ACCEPTED = "accepted as measured"
NAMED_FINDINGS = 3
COMPARED = (Outcome.UNCHANGED, Outcome.BETTER, Outcome.SUSPECTED, Outcome.ACCEPTED)
YOUNG = "too little history: "
"""How the reason begins where only more campaigns are missing."""


class Form(StrEnum):
    """Which kind of night it was."""

    WORSE = "worse"
    STILL_WORSE = "still_worse"
    NOTHING_WORSE = "nothing_worse"
    FIRST_NIGHT = "first_night"
    NOT_COMPARABLE = "not_comparable"
    NOT_JUDGED = "not_judged"
    INCOMPLETE = "incomplete"


class Mark(StrEnum):
    """The sign before the sentence; its word is read aloud where the sign cannot be seen."""

    WORSE = "worse"
    NEUTRAL = "neutral"
    GOOD = "good"

    @property
    def sign(self) -> str:
        """The character that is shown."""
        return {Mark.WORSE: "▲", Mark.NEUTRAL: "●", Mark.GOOD: "✓"}[self]


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict of the night."""

    form: Form
    mark: Mark
    sentence: str


def headline(facts: CampaignFacts) -> Headline:
    """The verdict sentence of a campaign.

    An incomplete night says so first, whatever else happened. Needed of the facts are runs,
    verdicts, histories, faults, and attempts or measurements (to know what was reached).
    """
    index = Index(facts)
    counts = tally(index)
    form, sentence = _compared(index, counts)
    if counts.missing:
        form, sentence = Form.INCOMPLETE, _incomplete(counts, sentence)
    missed = sum(row.critical and row.verdict is Verdict.MISSED for row in index.targets)
    if missed:
        words = "is missed" if missed == 1 else "are missed"
        sentence = f"{sentence} {count(missed, 'critical target')} {words}."
    return Headline(form, _mark(form, counts, missed), sentence)


def _mark(form: Form, counts: Tally, missed: int) -> Mark:
    if counts.number(Outcome.WORSE, Outcome.STILL_WORSE):
        return Mark.WORSE
    harmless = counts.number(Outcome.UNCHANGED, Outcome.BETTER, Outcome.NOT_JUDGED)
    whole = form is Form.NOTHING_WORSE and harmless == len(counts.outcomes)
    return Mark.GOOD if whole and not missed else Mark.NEUTRAL


def _compared(index: Index, counts: Tally) -> tuple[Form, str]:
    if counts.number(Outcome.WORSE):
        told = _findings(index, counts)
        worse = told or say(_moved(index, counts, Outcome.WORSE), noun=not counts.missing)
        return Form.WORSE, f"{worse}{_rest(index, counts, noun=bool(told))}"
    if counts.number(Outcome.STILL_WORSE):
        rest = _rest(index, counts, noun=not counts.missing)
        return Form.STILL_WORSE, f"Nothing new got worse.{rest}"
    if counts.number(*COMPARED):
        return Form.NOTHING_WORSE, _nothing_worse(index, counts)
    return _nothing_judged(index, count(len(counts.outcomes), "benchmark"), counts)


def _findings(index: Index, counts: Tally) -> str:
    """What got worse by its findings; empty where each of them is a single case."""
    found = [row for row in index.findings.values() if row.verdict is Verdict.WORSE]
    covered = {row.benchmark for row in index.changes if row.finding_id in index.findings}
    others = [like(index, row) for row in found]
    if not any(others) or set(counts.names(Outcome.WORSE)) - covered:
        return ""
    told = [f"{_got_worse(row)}{more}" for row, more in zip(found, others, strict=True)]
    left = len(told) - NAMED_FINDINGS
    rest = f"; and {left:,} more" if left > 0 else ""
    return f"{count(len(found), 'finding')}: {'; '.join(told[:NAMED_FINDINGS])}{rest}."


def like(index: Index, finding: VerdictRecord) -> str:
    """`, and 23 cases like it`; empty where a finding is of one case."""
    rows = [row for row in index.changes if row.finding_id == finding.finding_id]
    others = len({row.case_id for row in rows} - {finding.case_id})
    return f", and {count(others, 'case')} like it" if others else ""


def _got_worse(finding: VerdictRecord) -> str:
    one, _ = WORSE_WORDS[quantity_of(finding.unit)]
    return f"{shorten(finding.benchmark, 60)} {one}"


def _nothing_worse(index: Index, counts: Tally) -> str:
    suspected = counts.number(Outcome.SUSPECTED)
    if not suspected:
        return f"Nothing got worse.{_rest(index, counts, noun=not counts.missing)}"
    named = count(suspected, "benchmark")
    rest = _rest(index, counts, but=Outcome.SUSPECTED)
    return f"Nothing is confirmed worse; {named} {SUSPECTED}.{rest}"


def _nothing_judged(index: Index, measured: str, counts: Tally) -> tuple[Form, str]:
    if counts.number(Outcome.NOT_COMPARABLE):
        why = _reason(index.changes, Verdict.NOT_COMPARABLE)
        return Form.NOT_COMPARABLE, f"Not comparable with earlier campaigns: {why}."
    if index.facts.start.kind is CampaignKind.AD_HOC:
        return Form.NOT_JUDGED, f"{measured} measured alone: kept in the history, not compared."
    if not any(series.points for series in index.facts.histories):
        return Form.FIRST_NIGHT, f"First night: {measured} measured, nothing to compare with yet."
    why = _reason(index.changes, Verdict.INCONCLUSIVE)
    if why.startswith(YOUNG):
        return Form.NOT_JUDGED, f"{measured} measured, too early to judge: {why[len(YOUNG) :]}."
    return Form.NOT_JUDGED, f"{measured} measured, none could be judged: {why}."


def _rest(index: Index, counts: Tally, *, noun: bool = False, but: Outcome | None = None) -> str:
    """What else there is to say, as one more sentence; empty when there is nothing."""
    unjudged = counts.number(Outcome.INCONCLUSIVE, Outcome.NOT_MEASURED)
    incomparable = counts.number(Outcome.NOT_COMPARABLE)
    suspected = 0 if but is Outcome.SUSPECTED else counts.number(Outcome.SUSPECTED)
    said = say(
        [
            Phrase(counts.number(Outcome.STILL_WORSE), "is still worse", "are still worse"),
            Phrase(counts.number(Outcome.UNCHANGED), "is unchanged", "are unchanged"),
            *_moved(index, counts, Outcome.BETTER),
            Phrase(counts.number(Outcome.ACCEPTED), ACCEPTED, ACCEPTED),
            Phrase(suspected, SUSPECTED, SUSPECTED),
            Phrase(incomparable, "is not comparable", "are not comparable"),
            Phrase(unjudged, UNJUDGED, UNJUDGED),
        ],
        noun=noun,
    )
    return f" {said}" if said else ""


class Phrase(NamedTuple):
    """A number of benchmarks and what is said of one and of several."""

    number: int
    one: str
    many: str


def say(phrases: Iterable[Phrase], *, noun: bool) -> str:
    """`2 benchmarks got slower, 1 uses more memory.`; phrases without benchmarks fall out."""
    said: list[str] = []
    for number, one, many in (phrase for phrase in phrases if phrase.number):
        named = count(number, "benchmark") if noun and not said else f"{number:,}"
        said.append(f"{named} {one if number == 1 else many}")
    return f"{', '.join(said)}." if said else ""


def _moved(index: Index, counts: Tally, outcome: Outcome) -> list[Phrase]:
    words = WORSE_WORDS if outcome is Outcome.WORSE else BETTER_WORDS
    names = counts.names(outcome)
    found = Counter(_quantity(index.changes, name, outcome) for name in names)
    return [Phrase(found[quantity], *words[quantity]) for quantity in Quantity]


def _quantity(rows: Iterable[VerdictRecord], benchmark: str, outcome: Outcome) -> Quantity:
    """Time before memory before anything else, when a benchmark moved in several ways."""
    units = {
        row.unit for row in rows if row.benchmark == benchmark and row.verdict.value == outcome
    }
    found = {quantity_of(unit) for unit in units}
    return next((quantity for quantity in Quantity if quantity in found), Quantity.OTHER)


def _reason(rows: Iterable[VerdictRecord], verdict: Verdict) -> str:
    """The reason most of these verdicts give, and that there are others."""
    found = Counter(row.reason for row in rows if row.verdict is verdict)
    if not found:
        return "no metric of them is judged for change"
    common = shorten(found.most_common(1)[0][0], 200).rstrip(".")
    return common if len(found) == 1 else f"{common} (and {count(len(found) - 1, 'other reason')})"


def _incomplete(counts: Tally, compared: str) -> str:
    missing = len(counts.missing_names)
    statuses = {fault.status for fault in counts.missing}
    one = gave_none(statuses.pop(), missing) if len(statuses) == 1 else "gave no result"
    head = f"{missing:,} of {count(counts.planned, 'benchmark')} {one}"
    if missing == counts.planned:
        return f"Nothing was measured: {head}."
    return f"{head}; {compared[0].lower()}{compared[1:]}"
