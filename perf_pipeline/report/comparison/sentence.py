"""What an A/B came to, in one sentence, from the same rows as its table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from perf_pipeline.model import Clock, MetricKind, Verdict
from perf_pipeline.report.comparison.facts import (
    ComparedCase,
    ComparedMetric,
    ComparisonFacts,
)
from perf_pipeline.report.sentence import Form, Headline, Mark, Phrase, say
from perf_pipeline.report.tally import Outcome
from perf_pipeline.report.text import count, shorten, some
from perf_pipeline.report.units import percent
from perf_pipeline.report.words import BETTER_WORDS, WORSE_WORDS, Quantity, quantity_of, shown_unit

VERDICTS = {
    Outcome.WORSE: Verdict.WORSE,
    Outcome.BETTER: Verdict.BETTER,
    Outcome.UNCHANGED: Verdict.UNCHANGED,
    Outcome.INCONCLUSIVE: Verdict.INCONCLUSIVE,
    Outcome.NOT_COMPARABLE: Verdict.NOT_COMPARABLE,
    Outcome.NOT_MEASURED: Verdict.NOT_MEASURED,
}
FORMS = {
    Verdict.WORSE: Form.WORSE,
    Verdict.BETTER: Form.NOTHING_WORSE,
    Verdict.UNCHANGED: Form.NOTHING_WORSE,
    Verdict.INCONCLUSIVE: Form.NOT_JUDGED,
    Verdict.NOT_COMPARABLE: Form.NOT_COMPARABLE,
    Verdict.NOT_MEASURED: Form.NOT_JUDGED,
}
WORKING_TREE = "working tree"
ORDER = (
    Outcome.WORSE,
    Outcome.INCONCLUSIVE,
    Outcome.NOT_MEASURED,
    Outcome.BETTER,
    Outcome.UNCHANGED,
    Outcome.NOT_COMPARABLE,
)
"""A benchmark counts once, as the first of these that is said of it."""


def outcomes(facts: ComparisonFacts) -> dict[str, Outcome]:
    """Benchmark -> the worst that is said of its cases."""
    said: dict[str, set[Outcome]] = {}
    for case in facts.cases:
        said.setdefault(case.benchmark, set()).update(_of(case))
    return {
        name: next((one for one in ORDER if one in found), Outcome.NOT_MEASURED)
        for name, found in said.items()
    }


def overall(facts: ComparisonFacts) -> Verdict:
    """The verdict on the whole: worse if anything is, and better only where nothing is open."""
    found = set(outcomes(facts).values())
    if found - {Outcome.NOT_COMPARABLE}:
        found -= {Outcome.NOT_COMPARABLE}
    return VERDICTS[next((one for one in ORDER if one in found), Outcome.NOT_MEASURED)]


def compared(facts: ComparisonFacts) -> Headline:
    """The sentence: how many benchmarks got slower, are unchanged, could not be compared."""
    verdict = overall(facts)
    sentence = _same(facts) if facts.same_asked and facts.measured else _counted(facts)
    if facts.stopped:
        sentence = f"Stopped: {count(len(facts.left), 'case')} not compared. {sentence}"
    whole = not facts.stopped and not facts.left
    good = whole and verdict in (Verdict.BETTER, Verdict.UNCHANGED)
    mark = Mark.WORSE if verdict is Verdict.WORSE else Mark.GOOD if good else Mark.NEUTRAL
    return Headline(Form.INCOMPLETE if not whole else FORMS[verdict], mark, sentence)


def _counted(facts: ComparisonFacts) -> str:
    found = outcomes(facts)
    number = Counter(found.values())
    if set(number) <= {Outcome.NOT_COMPARABLE}:
        return f"Not comparable: {_why_not(facts)}."
    moved = {
        outcome: Counter(
            _quantity(facts, name, outcome) for name in found if found[name] is outcome
        )
        for outcome in (Outcome.WORSE, Outcome.BETTER)
    }
    phrases = [
        *(Phrase(moved[Outcome.WORSE][one], *WORSE_WORDS[one]) for one in Quantity),
        *(Phrase(moved[Outcome.BETTER][one], *BETTER_WORDS[one]) for one in Quantity),
        Phrase(number[Outcome.UNCHANGED], "is unchanged", "are unchanged"),
        Phrase(number[Outcome.INCONCLUSIVE], "is inconclusive", "are inconclusive"),
        Phrase(number[Outcome.NOT_MEASURED], "was not measured", "were not measured"),
        Phrase(number[Outcome.NOT_COMPARABLE], "is not comparable", "are not comparable"),
    ]
    b = facts.b.label
    named = b[0].upper() + b[1:] if facts.b.kind == WORKING_TREE else b
    return f"{named} against {facts.a.label}: {say(phrases, noun=True)}"


def _same(facts: ComparisonFacts) -> str:
    """Of equal code: what was called different although it is not, and what would have shown."""
    rows = [row for case in facts.measured for row in case.metrics]
    false = sum(row.verdict in (Verdict.WORSE, Verdict.BETTER) for row in rows)
    cases = count(len(facts.measured), "case")
    if false:
        return (
            f"{facts.a.label} against itself: {count(false, 'difference')} found in "
            f"{len(rows):,} metrics of {cases} although nothing differs. Each is a false alarm."
        )
    seen = _seen(rows)
    return f"{facts.a.label} against itself: no difference found in {cases}.{seen}"


def _seen(rows: Iterable[ComparedMetric]) -> str:
    """What difference in CPU time every case would have shown."""
    known = [
        row.detectable_percent
        for row in rows
        if row.metric.clock is Clock.CPU
        and row.metric.kind is MetricKind.POSITIVE
        and row.detectable_percent is not None
    ]
    if not known:
        return ""
    most = percent(max(known))
    return f" CPU time higher or lower by {most} would have been seen in each."


def _why_not(facts: ComparisonFacts) -> str:
    if not facts.cases:
        return "nothing was compared"
    reasons = Counter(shorten(case.refusal, 200).rstrip(".") for case in facts.refused)
    common, number = reasons.most_common(1)[0]
    if len(reasons) == 1:
        return common
    return f"{common} ({count(number, 'case')}; {some([*reasons][1:], 2)})"


def _of(case: ComparedCase) -> set[Outcome]:
    if not case.refusal:
        return {Outcome(row.verdict.value) for row in case.metrics} or {Outcome.NOT_MEASURED}
    return {Outcome.NOT_COMPARABLE}


def _quantity(facts: ComparisonFacts, benchmark: str, outcome: Outcome) -> Quantity:
    """Time before memory before anything else, when a benchmark moved in several ways."""
    found = {
        quantity_of(shown_unit(row.metric))
        for case in facts.measured
        if case.benchmark == benchmark
        for row in case.metrics
        if row.verdict.value == outcome.value
    }
    return next((quantity for quantity in Quantity if quantity in found), Quantity.OTHER)
