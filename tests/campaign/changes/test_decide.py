"""What is said of a change tonight, by the screen, an A/B, the nights before and people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perf_pipeline.campaign.changes.case_night import CaseNight
from perf_pipeline.campaign.changes.decide import decide
from perf_pipeline.campaign.changes.standing import change_id, is_settled, level_since, standing
from perf_pipeline.model import EventKind, Ground, State, Verdict, VerdictRecord
from tests.campaign.decisions import campaign, nights, opinion, row, said, screened, tonight

QUIET = nights("old", "old", "old", "old")
SUSPECTED = screened(Verdict.INCONCLUSIVE, State.SUSPECTED)
ID = change_id(row(Verdict.WORSE), campaign(0))


def worse_since(number: int, *, fingerprint: str = "new") -> tuple[CaseNight, ...]:
    """Nights of which one found the case worse, by half."""
    codes = ["old"] * number + [fingerprint] * (len(QUIET) - number)
    past = list(nights(*codes))
    found = row(Verdict.WORSE, change=50.0, change_id=ID, state=State.ESTABLISHED)
    for night in range(number, len(past)):
        past[night] = said(past[night], found)
    return tuple(past)


def kinds(found: VerdictRecord) -> tuple[Verdict, State, Ground]:
    """What matters first."""
    return found.verdict, found.state, found.ground


def test_the_screen_speaks_where_nothing_else_does() -> None:
    """Same code, no suspicion: as the screen says, with what would have shown."""
    quiet = screened(fingerprint="old")
    assert decide(tonight(QUIET, fingerprint="old"), quiet, None) == quiet


def test_one_ab_establishes_a_change() -> None:
    """The same night, without waiting for others."""
    found = decide(tonight(QUIET), SUSPECTED, row(Verdict.WORSE, change=50.0))
    assert kinds(found) == (Verdict.WORSE, State.ESTABLISHED, Ground.AB)
    assert found.change_id == ID
    better = decide(tonight(QUIET), screened(), row(Verdict.BETTER, change=-50.0))
    assert kinds(better) == (Verdict.BETTER, State.ESTABLISHED, Ground.AB)


def test_an_ab_clears_a_suspicion() -> None:
    """What the screen saw went away; a case that nobody suspected is only unchanged."""
    cleared = decide(tonight(QUIET), SUSPECTED, row(Verdict.UNCHANGED))
    assert kinds(cleared) == (Verdict.UNCHANGED, State.WENT_AWAY, Ground.AB)
    plain = decide(tonight(QUIET), screened(), row(Verdict.UNCHANGED))
    assert (*kinds(plain), plain.change_id) == (Verdict.UNCHANGED, State.NONE, Ground.AB, "")


def test_an_open_ab_leaves_the_suspicion() -> None:
    """Neither confirmed nor cleared."""
    open_ab = decide(tonight(QUIET), SUSPECTED, row(Verdict.INCONCLUSIVE))
    assert kinds(open_ab) == (Verdict.INCONCLUSIVE, State.SUSPECTED, Ground.AB)
    assert decide(tonight(QUIET), screened(), row(Verdict.INCONCLUSIVE)).state is State.NONE


def test_worse_stands_while_the_code_stays() -> None:
    """Restated with the figures of its A/B, under the same id, never measured again."""
    case = tonight(worse_since(2))
    found = decide(case, screened(), None)
    assert kinds(found) == (Verdict.WORSE, State.ESTABLISHED, Ground.AB)
    assert found.reason == "as it was found; same code as on 2026-03-03"
    assert (found.change_id, found.change_percent, found.reference) == (ID, 50.0, campaign(0))
    assert found.campaign_id == screened().campaign_id
    assert is_settled(case)


def test_a_restated_change_is_not_told_twice() -> None:
    """On the third night the reason has not grown."""
    past = worse_since(1)
    told = decide(tonight(past[:2]), screened(), None)
    again = decide(tonight((*past[:2], said(past[2], told))), screened(), None)
    assert again.reason == "as it was found; same code as on 2026-03-02"


def test_other_code_that_is_not_tested_leaves_it_open() -> None:
    """Nobody knows, and it says so."""
    case = tonight(worse_since(2), fingerprint="newer")
    found = decide(case, screened(fingerprint="newer"), None, "not tested tonight: no time")
    assert kinds(found) == (Verdict.INCONCLUSIVE, State.ESTABLISHED, Ground.NONE)
    assert found.reason == (
        "not tested tonight: no time: worse since 2026-03-03, the code changed since"
    )
    assert not is_settled(case)
    open_night = said(nights(*"abcdef")[4], found)
    assert standing(tonight((*case.past, open_night), fingerprint="newer"))


def test_still_worse_with_other_code_is_no_news() -> None:
    """It keeps the id and the finding of its first night, unless it went on getting worse."""
    past = tuple(
        replace(one, rows=tuple(replace(r, finding_id="f1", cause="work.py") for r in one.rows))
        for one in worse_since(2)
    )
    case = tonight(past, fingerprint="newer")
    same = decide(case, screened(), row(Verdict.WORSE, change=50.5))
    assert (same.change_id, same.finding_id, same.cause) == (ID, "f1", "work.py")
    assert same.reason.endswith("; worse since 2026-03-03")
    further = decide(case, screened(), row(Verdict.WORSE, change=80.0))
    assert (further.change_id, further.finding_id) == (ID, "")
    milder = decide(case, screened(), row(Verdict.WORSE, change=20.0))
    assert milder.finding_id == "f1"


@pytest.mark.parametrize("verdict", [Verdict.UNCHANGED, Verdict.BETTER])
def test_other_code_mends_it(verdict: Verdict) -> None:
    """Unchanged or better against the same reference: fixed, and nothing stands any more."""
    case = tonight(worse_since(2), fingerprint="mended")
    found = decide(case, screened(fingerprint="mended"), row(verdict, fingerprint="mended"))
    assert (found.verdict, found.state, found.change_id) == (verdict, State.FIXED, ID)
    assert found.reason.endswith("worse on 2026-03-04")
    mended = said(nights(*"abcdm")[4], found)
    assert standing(tonight((*case.past, mended), fingerprint="mended")) == ()


def test_going_back_mends_it_without_measuring() -> None:
    """The code is the reference's own again."""
    case = tonight(worse_since(2), fingerprint="old")
    found = decide(case, screened(fingerprint="old"), None)
    assert (found.verdict, found.state, found.change_id) == (Verdict.UNCHANGED, State.FIXED, ID)
    assert found.reason.startswith("the code is that of 2026-03-01 again; ")
    reverted = said(nights(*"abcdo")[4], found)
    assert standing(tonight((*case.past, reverted), fingerprint="old")) == ()


def test_what_was_not_measured_says_so_and_stays_open() -> None:
    """A failure neither mends nor confirms."""
    failed = screened(Verdict.NOT_MEASURED)
    assert decide(tonight(QUIET), failed, None) == failed
    kept = decide(tonight(worse_since(2)), failed, None)
    assert (kept.verdict, kept.state, kept.change_id) == (
        Verdict.NOT_MEASURED,
        State.ESTABLISHED,
        ID,
    )


def test_what_the_time_did_not_reach_is_inconclusive() -> None:
    """The screen alone does not call other code unchanged."""
    found = decide(tonight(QUIET), screened(), None, "not tested tonight")
    assert kinds(found) == (Verdict.INCONCLUSIVE, State.NONE, Ground.NONE)
    assert found.reason == "not tested tonight"


def test_a_suspect_without_second_arm_stays_one() -> None:
    """Machine or code: the state grows over the nights, the verdict does not."""
    lasting = replace(SUSPECTED, state=State.ESTABLISHED)
    found = decide(tonight(QUIET, fingerprint="old"), lasting, None, "machine or code: kernel")
    assert kinds(found) == (Verdict.INCONCLUSIVE, State.ESTABLISHED, Ground.SCREEN)
    assert found.reason == "machine or code: kernel: as it was found"
    assert found.change_id == ID


def test_equal_arms_leave_the_machine() -> None:
    """Of a suspect; of other code it is not comparable."""
    equal = replace(row(Verdict.NOT_COMPARABLE), reason="both arms ran the same code")
    found = decide(tonight(QUIET), SUSPECTED, equal)
    assert kinds(found) == (Verdict.INCONCLUSIVE, State.SUSPECTED, Ground.SCREEN)
    assert found.reason == "machine or code: both arms ran the same code: as it was found"
    named = decide(tonight(QUIET), SUSPECTED, equal, "machine or code: kernel 6.1 → 6.2")
    assert named.reason == "machine or code: kernel 6.1 → 6.2: as it was found"
    assert decide(tonight(QUIET), screened(), equal).verdict is Verdict.NOT_COMPARABLE


def test_a_suspicion_that_is_gone_went_away() -> None:
    """For one night; then it is nothing."""
    before = said(QUIET[3], replace(SUSPECTED, change_id="s1"))
    quiet = screened(fingerprint="old")
    found = decide(tonight((*QUIET[:3], before), fingerprint="old"), quiet, None)
    assert (found.verdict, found.state, found.change_id) == (
        Verdict.UNCHANGED,
        State.WENT_AWAY,
        "s1",
    )


class TestAccepted:
    """Worse, and wanted."""

    past = worse_since(3)
    wanted = (opinion(EventKind.ACCEPT, past[3].rows[0]),)

    def test_the_next_night_is_calm(self) -> None:
        """Nothing stands, nothing is measured, and it says who accepted it."""
        case = tonight(self.past, opinions=self.wanted, reference=self.past[3])
        few = replace(screened(Verdict.INCONCLUSIVE), reason="too little history: 1 of 8 campaigns")
        found = decide(case, few, None)
        assert (found.verdict, found.state) == (Verdict.INCONCLUSIVE, State.ACCEPTED)
        assert found.reason == "accepted by ada: wanted; too little history: 1 of 8 campaigns"
        assert not standing(case)
        assert not is_settled(case)

    def test_the_screen_looks_from_there_on(self) -> None:
        """The level before is no past of this code."""
        assert level_since(self.past, "cpu_ns", frozenset({campaign(3)})) == campaign(3)
        assert level_since(QUIET, "cpu_ns", frozenset({campaign(2)})) == campaign(2)

    def test_accepting_one_metric_answers_the_case(self) -> None:
        """The reference of the case moved, so its other metrics are compared with it too."""
        both = replace(
            self.past[3], rows=(*self.past[3].rows, row(Verdict.WORSE, metric="waiting_ns"))
        )
        rows = (screened(), screened(metric="waiting_ns"))
        case = tonight((*self.past[:3], both), opinions=self.wanted, rows=rows)
        assert not standing(case)

    def test_other_code_is_another_change(self) -> None:
        """Against the accepted night, under an id of its own."""
        case = tonight(self.past, fingerprint="newer", opinions=self.wanted, reference=self.past[3])
        found = decide(case, screened(), row(Verdict.WORSE, change=30.0, reference=3))
        assert kinds(found) == (Verdict.WORSE, State.ESTABLISHED, Ground.AB)
        assert found.change_id != ID


class TestDisputed:
    """Worse, and somebody says that it is not true."""

    past = worse_since(3)
    doubt = (opinion(EventKind.DISPUTE, past[3].rows[0], "the lab moved"),)

    def test_it_is_measured_again_and_went_away(self) -> None:
        """The dispute was right."""
        case = tonight(self.past, opinions=self.doubt)
        assert not is_settled(case)
        found = decide(case, screened(), row(Verdict.UNCHANGED))
        assert (found.verdict, found.state, found.change_id) == (
            Verdict.UNCHANGED,
            State.WENT_AWAY,
            ID,
        )

    def test_measured_again_and_worse_it_says_both(self) -> None:
        """Two independent proofs are reported, with what was said against the first."""
        found = decide(
            tonight(self.past, opinions=self.doubt), screened(), row(Verdict.WORSE, change=50.0)
        )
        assert (found.verdict, found.state) == (Verdict.WORSE, State.ESTABLISHED)
        assert found.change_id == ID
        assert found.reason == (
            "as it was found, measured again with fresh blocks; ada disputed it: the lab moved"
        )
        assert found.change_percent == 50.0

    def test_later_nights_are_calm(self) -> None:
        """The same code is not measured a third time."""
        five = nights("old", "old", "old", "new", "new")
        again = said(
            five[4], row(Verdict.INCONCLUSIVE, state=State.DISPUTED, change_id=ID, change=50.0)
        )
        case = tonight((*self.past, again), opinions=self.doubt)
        assert is_settled(case)
        found = decide(case, screened(), None)
        assert (found.verdict, found.state, found.change_id) == (
            Verdict.INCONCLUSIVE,
            State.DISPUTED,
            ID,
        )

    def test_other_code_alerts_anew(self) -> None:
        """Somebody doubted one alert, not all that come."""
        case = tonight(self.past, fingerprint="newer", opinions=self.doubt)
        found = decide(case, screened(), row(Verdict.WORSE, fingerprint="newer", change=50.0))
        assert (found.verdict, found.state) == (Verdict.WORSE, State.ESTABLISHED)


def test_what_is_decided_stays_so() -> None:
    """A run that goes on finds its own verdicts, and says nothing else of them."""
    past = worse_since(2)
    case = tonight(past, fingerprint="mended")
    for verdict in (Verdict.WORSE, Verdict.UNCHANGED, Verdict.BETTER, Verdict.INCONCLUSIVE):
        tested = row(verdict, fingerprint="mended", change=50.0)
        once = decide(case, screened(fingerprint="mended"), tested)
        assert decide(case, screened(fingerprint="mended"), once) == once


@pytest.mark.parametrize("verdict", [Verdict.WORSE, Verdict.BETTER])
def test_a_level_that_an_ab_explained_is_where_the_screen_begins(verdict: Verdict) -> None:
    """Unchanged explains nothing new."""
    past = (*QUIET[:2], said(QUIET[2], row(verdict)), QUIET[3])
    assert level_since(past, "cpu_ns", frozenset()) == campaign(2)
    assert level_since(past, "waiting_ns", frozenset()) == ""
    same = (*QUIET[:2], said(QUIET[2], row(Verdict.UNCHANGED)), QUIET[3])
    assert level_since(same, "cpu_ns", frozenset()) == ""
