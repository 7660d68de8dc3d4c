"""Who gets an A/B tonight: the most urgent first, each once, and nobody without a past."""

from __future__ import annotations

from dataclasses import replace

from perf_pipeline.campaign.changes.candidates import AB, ANCHOR, AUDIT, candidates
from perf_pipeline.campaign.changes.case_night import CaseTonight
from perf_pipeline.model import EventKind, State, Verdict
from tests.campaign.decisions import campaign, nights, opinion, row, said, screened, tonight

QUIET = nights("old", "old", "old")
SUSPICION = (screened(Verdict.INCONCLUSIVE, State.SUSPECTED),)


def planned(*cases: CaseTonight, share_s: float = 0.0) -> list[tuple[str, str]]:
    """Case and way of every item, in order."""
    return [(item.case_id, item.how) for item in candidates(cases, share_s)]


def test_a_first_night_plans_nothing() -> None:
    """There is no reference."""
    assert candidates([tonight()], 60.0) == ()


def test_same_code_without_suspicion_is_left_alone() -> None:
    """There is nothing to find; only time that is left goes into comparing it with itself."""
    assert planned(tonight(QUIET, fingerprint="old")) == []


def test_the_order_of_urgency() -> None:
    """Suspects, then changed code, critical and cheap ones first, then the anchor, then audits."""
    week = nights(*("old" for _ in range(9)))
    cases = [
        tonight(QUIET, fingerprint="old", case="same"),
        tonight(QUIET, case="dear", cost_s=30.0),
        tonight(QUIET, case="cheap", cost_s=1.0),
        tonight(QUIET, case="critical", cost_s=50.0, critical=True),
        tonight(QUIET, case="suspect", cost_s=90.0, rows=SUSPICION),
        tonight(
            week,
            fingerprint="old",
            case="crept",
            critical=True,
            reference=week[5],
            anchor=replace(week[0], fingerprint="older"),
        ),
    ]
    assert planned(*cases, share_s=60.0) == [
        ("suspect", AB),
        ("critical", AB),
        ("cheap", AB),
        ("dear", AB),
        ("crept", ANCHOR),
        ("crept", AUDIT),
        ("same", AUDIT),
    ]
    items = candidates(cases, 60.0)
    assert [item.rank for item in items] == [1, 2, 3, 4, 5, 6, 7]
    assert items[0].reference == campaign(0)
    assert items[4].reference == campaign(0)
    assert items[5].reference == ""


def test_what_was_not_measured_has_no_second_half() -> None:
    """A failure is told elsewhere."""
    assert planned(tonight(QUIET, rows=(screened(Verdict.NOT_MEASURED),)), share_s=60.0) == []


def test_a_case_is_held_against_its_reference_once() -> None:
    """A suspect whose code changed has two reasons, and one comparison."""
    items = candidates([tonight(QUIET, rows=SUSPICION)], 0.0)
    assert [(item.how, item.reason) for item in items] == [(AB, "suspected")]


def test_a_suspect_of_the_same_revision_has_nothing_to_be_held_against() -> None:
    """Of another revision it has: files that nobody imports may differ."""
    suspect = tonight(QUIET, fingerprint="old", rows=SUSPICION, revisions_differ=False)
    assert planned(suspect) == []
    assert planned(replace(suspect, revisions_differ=True)) == [("case", AB)]


def test_what_nobody_knows_the_code_of_is_compared_when_the_revision_moved() -> None:
    """Of a command only the files are known that it names."""
    unknown = nights("", "")
    assert planned(tonight(unknown, fingerprint="", revisions_differ=True)) == [("case", AB)]
    assert planned(tonight(unknown, fingerprint="", revisions_differ=False)) == []


def test_code_that_was_called_worse_is_not_measured_again() -> None:
    """Other code is."""
    past = (*QUIET, said(nights("a", "b", "c", "new")[3], row(Verdict.WORSE, change_id="x")))
    assert planned(tonight(past), share_s=60.0) == []
    assert planned(tonight(past, fingerprint="newer")) == [("case", AB)]


def test_after_a_dispute_it_is_measured_once_more() -> None:
    """And no third time while the code stays."""
    four = nights("old", "old", "new", "new", "new")
    alarm = said(four[2], row(Verdict.WORSE, change_id="x"))
    doubt = opinion(EventKind.DISPUTE, alarm.rows[0])
    once = tonight((*four[:2], alarm), opinions=(doubt,))
    assert planned(once) == [("case", AB)]
    again = said(four[3], row(Verdict.WORSE, state=State.ESTABLISHED, change_id="x"))
    assert planned(tonight((*four[:2], alarm, again), opinions=(doubt,))) == []
    assert planned(tonight((*four[:2], alarm, again), opinions=(doubt,), fingerprint="c")) == [
        ("case", AB)
    ]


def test_the_night_as_a_whole_has_representatives() -> None:
    """After what changed by itself."""
    still = tonight(QUIET, fingerprint="old", case="still")
    items = candidates([still, tonight(QUIET)], 0.0, representatives=("still", "case"))
    assert [(item.case_id, item.reason) for item in items] == [
        ("case", "the code changed"),
        ("still", "speaks for the night as a whole"),
    ]


def test_only_critical_cases_are_held_against_the_anchor() -> None:
    """And not against what is tonight's code or the reference itself."""
    week = nights(*("old" for _ in range(9)))
    other = replace(week[1], fingerprint="older")
    due = tonight(week, fingerprint="old", critical=True, anchor=other)
    assert planned(due) == [("case", ANCHOR)]
    assert planned(replace(due, is_critical=False)) == []
    assert planned(replace(due, anchor=week[1])) == []
    assert planned(replace(due, anchor=replace(other, campaign_id=campaign(0)))) == []
    assert planned(replace(due, past=due.past[:6])) == []


def test_audits_take_turns_within_their_part_of_the_time() -> None:
    """The longest untested first; a sixth of the share; one at least."""
    three = nights("old", "old", "old")
    cases = [
        tonight((three[0], three[1], replace(three[2], is_audited=True)), case="last night"),
        tonight((three[0], replace(three[1], is_audited=True), three[2]), case="before"),
        tonight(three, case="never"),
    ]
    same = [replace(one, fingerprint="old", cost_s=10.0) for one in cases]
    assert [item.case_id for item in candidates(same, 120.0)] == ["never", "before"]
    assert [item.case_id for item in candidates(same, 600.0)] == ["never", "before", "last night"]
    assert [item.case_id for item in candidates(same, 6.0)] == ["never"]
    assert candidates(same, 0.0) == ()
