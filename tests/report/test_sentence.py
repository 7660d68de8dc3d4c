"""The verdict sentence says what the rows say, and never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from report_rows import did_not_move, judged
from report_suite import NIGHT, SMALL, SUITE
from states import STATES, first_night, incomplete, nothing_worse, suspected, worse

from perf_pipeline.model import (
    CampaignKind,
    Case,
    Day,
    State,
    Subject,
    TrialStatus,
    Verdict,
    VerdictRecord,
)
from perf_pipeline.report.facts import CampaignFacts, ControlFigures, Fault
from perf_pipeline.report.index import Index
from perf_pipeline.report.sentence import Form, Mark, headline
from perf_pipeline.report.tally import Outcome, tally, worst
from perf_pipeline.report.trust import Trust, trust


def said(facts: CampaignFacts) -> tuple[Form, Mark, str]:
    """The verdict of the night."""
    found = headline(facts)
    return found.form, found.mark, found.sentence


def trusted(facts: CampaignFacts) -> Trust:
    """How far it can be trusted."""
    index = Index(facts)
    return trust(index, tally(index))


def with_verdicts(facts: CampaignFacts, verdict: Verdict, *names: str) -> CampaignFacts:
    """The facts with all changes of some benchmarks judged so."""
    rows = tuple(
        replace(row, verdict=verdict, reason="because")
        if row.subject is Subject.CHANGE and row.benchmark in names
        else row
        for row in facts.verdicts
    )
    return replace(facts, verdicts=rows)


@pytest.mark.parametrize(
    ("state", "form", "mark", "sentence"),
    [
        (
            "worse", Form.WORSE, Mark.WORSE,
            (
                "2 benchmarks got slower, 1 uses more memory. "
                "1 is still worse, 10 are unchanged, 1 got faster."
            ),
        ),
        (
            "confirmed", Form.WORSE, Mark.WORSE,
            (
                "2 findings: InferenceTTFT got slower, and 5 cases like it; StorageMemoryProfile "
                "uses more memory. 1 benchmark is still worse, 9 are unchanged, "
                "2 could not be judged."
            ),
        ),
        (
            "nothing_worse", Form.NOTHING_WORSE, Mark.GOOD,
            "Nothing got worse. 5 benchmarks are unchanged.",
        ),
        (
            "first_night", Form.FIRST_NIGHT, Mark.NEUTRAL,
            "First night: 15 benchmarks measured, nothing to compare with yet.",
        ),
        (
            "not_comparable", Form.NOT_COMPARABLE, Mark.NEUTRAL,
            (
                "Not comparable with earlier campaigns: Python was 3.11.7 on earlier nights and is "
                "3.12.1 now."
            ),
        ),
        (
            "incomplete", Form.INCOMPLETE, Mark.WORSE,
            "3 of 15 benchmarks gave no result; 1 got slower. 11 are unchanged.",
        ),
        (
            "suspected", Form.NOTHING_WORSE, Mark.NEUTRAL,
            "Nothing is confirmed worse; 2 benchmarks suspected, not confirmed. 3 are unchanged.",
        ),
        (
            "error_night", Form.INCOMPLETE, Mark.NEUTRAL,
            "Nothing was measured: 15 of 15 benchmarks could not run here.",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_night(state: str, form: Form, mark: Mark, sentence: str) -> None:
    """Every state has its sentence."""
    assert said(STATES[state]()) == (form, mark, sentence)


def test_failures_of_one_kind_are_named() -> None:
    """When all that is missing failed, the sentence says failed."""
    facts = incomplete()
    faults = tuple(replace(fault, status=TrialStatus.FAILED) for fault in facts.faults)
    assert said(replace(facts, faults=faults))[2].startswith("3 of 15 benchmarks failed; ")
    one = replace(facts.start, benchmarks=facts.start.benchmarks[:7])
    alone = replace(facts, runs=(one,), faults=faults[:1])
    assert "1 of 7 benchmarks failed; " in said(alone)[2]


@pytest.mark.parametrize("state", ["incomplete", "not_comparable", "first_night", "suspected"])
def test_only_a_whole_and_comparable_night_is_green(state: str) -> None:
    """What is incomplete, incomparable, new or suspected is never green."""
    assert said(STATES[state]())[1] is not Mark.GOOD


@pytest.mark.parametrize(
    "verdict", [Verdict.INCONCLUSIVE, Verdict.NOT_COMPARABLE, Verdict.NOT_MEASURED]
)
def test_a_single_doubt_takes_the_green_away(verdict: Verdict) -> None:
    """One benchmark without a verdict is enough for grey, and it is counted."""
    facts = with_verdicts(nothing_worse(SMALL), verdict, "TokenThroughput")
    _, mark, sentence = said(facts)
    assert mark is Mark.NEUTRAL
    assert sentence.startswith("Nothing got worse. 4 benchmarks are unchanged, 1 ")


def test_a_missing_benchmark_takes_the_green_away() -> None:
    """A promised benchmark that was never reached makes the night incomplete."""
    facts = nothing_worse(SMALL)
    kept = tuple(row for row in facts.measurements if row.benchmark != "EnduranceTest")
    attempts = tuple(row for row in facts.attempts if row.benchmark != "EnduranceTest")
    form, mark, sentence = said(replace(facts, measurements=kept, attempts=attempts))
    assert (form, mark) == (Form.INCOMPLETE, Mark.NEUTRAL)
    assert sentence == ("1 of 5 benchmarks was not reached; nothing got worse. 4 are unchanged.")


def test_a_fault_of_a_declaration_makes_the_night_incomplete() -> None:
    """A benchmark that could not be read is promised and missing."""
    facts = nothing_worse(SMALL)
    broken = replace(facts.start.benchmarks[0], name="Broken", cases=(), fault="x.yaml:3: what")
    run = replace(facts.start, benchmarks=(*facts.start.benchmarks, broken))
    form, _, sentence = said(replace(facts, runs=(run,)))
    assert form is Form.INCOMPLETE
    assert sentence.startswith("1 of 6 benchmarks could not be read or built; ")


def test_cases_left_out_by_the_budget_are_not_missing() -> None:
    """A smaller budget promises less; what it leaves out is no gap."""
    facts = nothing_worse(SMALL)
    left_out = tuple(
        Case(case.case_id, case.case_key, case.parameters, in_budget=False)
        for case in facts.start.benchmarks[0].cases
    )
    extra = replace(facts.start.benchmarks[0], name="Large", cases=left_out)
    run = replace(facts.start, benchmarks=(*facts.start.benchmarks, extra))
    assert said(replace(facts, runs=(run,)))[1] is Mark.GOOD


def test_days_that_were_not_run_are_not_missing() -> None:
    """A run over one day promises only that day."""
    facts = nothing_worse()
    names = {row.name for row in facts.start.benchmarks if row.day is Day.BASELINE}
    kept = tuple(row for row in facts.measurements if row.benchmark in names)
    run = replace(facts.start, days=(Day.BASELINE.value,))
    attempts = tuple(row for row in facts.attempts if row.benchmark in names)
    facts = replace(facts, runs=(run,), measurements=kept, attempts=attempts)
    assert said(facts)[2] == "Nothing got worse. 2 benchmarks are unchanged."


def test_too_little_history_is_said_after_the_first_night() -> None:
    """With three nights of history the sentence says how many are needed."""
    facts = nothing_worse(SMALL)
    rows = tuple(
        replace(row, verdict=Verdict.INCONCLUSIVE, reason="too little history: 3 of 8 campaigns")
        for row in facts.verdicts
        if row.subject is Subject.CHANGE
    )
    form, mark, sentence = said(replace(facts, verdicts=rows))
    assert (form, mark) == (Form.NOT_JUDGED, Mark.NEUTRAL)
    assert sentence == ("5 benchmarks measured, too early to judge: 3 of 8 campaigns.")


def test_after_an_accepted_change_the_night_is_calm() -> None:
    """Short history of a code that somebody wanted is no failure, and not green either."""
    facts = nothing_worse()
    name = facts.verdicts[0].benchmark
    accepted = [
        replace(row, verdict=Verdict.INCONCLUSIVE, state=State.ACCEPTED, reason="accepted by Ada")
        if row.subject is Subject.CHANGE and row.benchmark == name
        else row
        for row in facts.verdicts
    ]
    form, mark, sentence = said(replace(facts, verdicts=tuple(accepted)))
    assert (form, mark) == (Form.NOTHING_WORSE, Mark.NEUTRAL)
    assert "1 accepted as measured" in sentence
    assert "could not be judged" not in sentence


def test_a_benchmark_launched_alone_is_not_a_first_night() -> None:
    """A benchmark launched alone stays outside the comparison, and the sentence says so."""
    facts = first_night(SMALL[:1])
    run = replace(facts.start, kind=CampaignKind.AD_HOC)
    assert said(replace(facts, runs=(run,), verdicts=()))[2] == (
        "1 benchmark measured alone: kept in the history, not compared."
    )


def test_a_benchmark_counts_once_with_its_worst_verdict() -> None:
    """Several bad cases of one benchmark are one benchmark in the headline."""
    facts = with_verdicts(nothing_worse(), Verdict.WORSE, "InferenceTTFT")
    assert said(facts)[2] == "1 benchmark got slower. 14 are unchanged."


def test_worst_first() -> None:
    """Worse outweighs everything, a suspicion outweighs what is unchanged."""
    base = next(row for row in nothing_worse(SMALL).verdicts if row.subject is Subject.CHANGE)
    suspect = replace(base, verdict=Verdict.INCONCLUSIVE, state=State.SUSPECTED)
    bad = replace(base, verdict=Verdict.WORSE)
    better = replace(base, verdict=Verdict.BETTER)
    assert worst([base, better]) is Outcome.BETTER
    assert worst([base, better, suspect]) is Outcome.SUSPECTED
    assert worst([bad, suspect]) is Outcome.WORSE
    assert worst([]) is Outcome.NOT_JUDGED


def test_counts_add_up_to_what_was_planned() -> None:
    """Every planned benchmark is in exactly one of the counts."""
    for make in STATES.values():
        counts = tally(Index(make()))
        assert len(counts.outcomes) + len(counts.missing_names) == counts.planned


def test_trust_is_good_only_with_a_control_that_saw_nothing() -> None:
    """Without a control, or with one that moved, trust is limited and says why."""
    facts = nothing_worse(SMALL)
    assert trusted(facts).level == "good"
    none = trusted(replace(facts, control=None))
    assert (none.level, "No same-code control was run." in none.sentence) == ("limited", True)
    moved = trusted(replace(facts, control=ControlFigures(1.4, 0.6, 2.2)))
    assert moved.level == "limited"
    assert "doubt changes below 2.2%" in moved.sentence


def test_trust_names_the_machine_the_neighbours_and_the_unjudged() -> None:
    """Whatever limits the verdict is said in the line below it."""
    facts = with_verdicts(nothing_worse(SMALL), Verdict.INCONCLUSIVE, "EnduranceTest")
    rows = tuple(
        replace(row, contended=row.benchmark == "CompressionMicro") for row in facts.measurements
    )
    run = replace(facts.start, fit=False, fit_reason="governor is powersave")
    sentence = trusted(replace(facts, measurements=rows, runs=(run,))).sentence
    assert "The machine was not fit: governor is powersave." in sentence
    assert "Contended (others used the machine): CompressionMicro." in sentence
    assert "1 benchmark could not be judged: EnduranceTest (because)." in sentence


def test_the_sentence_needs_no_measurements() -> None:
    """Runs, verdicts and histories are enough, so that the sentence can be landed as well."""
    facts = worse()
    bare = CampaignFacts(
        runs=facts.runs,
        written_at=facts.written_at,
        verdicts=facts.verdicts,
        attempts=facts.attempts,
        still_worse=facts.still_worse,
    )
    assert said(bare) == said(facts)


def test_a_critical_miss_takes_the_green_away() -> None:
    """A quiet night on which a critical target is missed says so and is grey."""
    facts = nothing_worse(SMALL)
    rows = tuple(
        replace(row, critical=row.verdict is Verdict.MISSED and row.metric == "reads_per_sec")
        for row in facts.verdicts
    )
    _, mark, sentence = said(replace(facts, verdicts=rows))
    assert mark is Mark.NEUTRAL
    assert sentence.endswith("5 benchmarks are unchanged. 1 critical target is missed.")


def test_suspects_are_never_red() -> None:
    """What nothing has confirmed does not make a night red, however large it looks."""
    facts = suspected()
    grown: tuple[VerdictRecord, ...] = tuple(
        replace(row, change_percent=400.0, severe=True) for row in facts.verdicts
    )
    assert said(replace(facts, verdicts=grown))[1] is Mark.NEUTRAL


def test_faults_without_a_plan_still_count() -> None:
    """A fault of a benchmark that no run recorded is counted all the same."""
    facts = replace(first_night(SMALL), faults=(Fault("Ghost", TrialStatus.FAILED, "gone"),))
    assert said(facts)[2].startswith("1 of 6 benchmarks failed; first night: 5 benchmarks")


def test_history_alone_decides_about_first_nights() -> None:
    """An empty history is a first night, a history of one night is none."""
    facts = nothing_worse(SMALL)
    rows = tuple(map(did_not_move, judged(facts.measurements)))
    young = tuple(
        replace(row, verdict=Verdict.INCONCLUSIVE, reason="too little history") for row in rows
    )
    assert said(replace(facts, verdicts=young, histories=()))[0] is Form.FIRST_NIGHT
    assert said(replace(facts, verdicts=young))[0] is Form.NOT_JUDGED
    assert all(
        point.night <= NIGHT - timedelta(days=1)
        for series in facts.histories
        for point in series.points
    )
    assert len(SUITE) == 15
