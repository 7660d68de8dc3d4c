"""The reference moves with evidence, never with time; the anchor stays behind to find creep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from perf_pipeline.campaign.changes.case_night import CaseNight
from perf_pipeline.campaign.changes.reference import (
    ANCHOR_BACK,
    anchor_of,
    is_anchor_due,
    moved_facts,
    moves_reference,
    reference_of,
)
from perf_pipeline.model import Fact, Ground, Verdict
from tests.campaign.decisions import DECIDING, campaign, nights, row, said
from tests.campaign.nights import Nights

UNCHANGED = (row(Verdict.UNCHANGED), row(Verdict.UNCHANGED, metric="waiting_ns"))


def reference(past: tuple[CaseNight, ...], *accepted: str) -> str:
    """The campaign that a case is compared with."""
    found = reference_of(past, accepted, DECIDING)
    return found.campaign_id if found else ""


def test_a_first_night_has_none() -> None:
    """There is nothing to compare with."""
    assert reference(()) == ""


def test_it_stays_where_nothing_was_compared() -> None:
    """However many nights pass, also with other code."""
    assert reference(nights("a", "b", "c", "d")) == campaign(0)


def test_it_moves_when_both_deciding_metrics_are_found_equal() -> None:
    """To the night that was compared, and on to the newest of them."""
    past = nights("a", "b", "c", "c")
    first = (past[0], said(past[1], *UNCHANGED), *past[2:])
    assert reference(first) == campaign(1)
    second = (*first[:2], said(past[2], *UNCHANGED), past[3])
    assert reference(second) == campaign(2)


@pytest.mark.parametrize(
    ("verdicts", "moves"),
    [
        ((Verdict.UNCHANGED, Verdict.UNCHANGED), True),
        ((Verdict.BETTER, Verdict.UNCHANGED), True),
        ((Verdict.UNCHANGED, Verdict.WORSE), False),
        ((Verdict.UNCHANGED, Verdict.INCONCLUSIVE), False),
        ((Verdict.NOT_COMPARABLE, Verdict.NOT_COMPARABLE), False),
    ],
)
def test_what_moves_it(verdicts: tuple[Verdict, Verdict], moves: bool) -> None:
    """Only unchanged or better, in both."""
    cpu, waiting = verdicts
    night = said(nights("b")[0], row(cpu), row(waiting, metric="waiting_ns"))
    assert moves_reference(night, DECIDING) is moves


def test_the_screen_never_moves_it() -> None:
    """It would carry a creep along."""
    quiet = said(nights("b")[0], row(Verdict.UNCHANGED, ground=Ground.SCREEN))
    assert not moves_reference(quiet, DECIDING)


def test_more_memory_holds_it() -> None:
    """A metric that decides nothing still keeps a regression from becoming the norm."""
    night = said(nights("b")[0], *UNCHANGED, row(Verdict.WORSE, metric="peak_rss_bytes"))
    assert not moves_reference(night, DECIDING)
    unclear = said(nights("b")[0], *UNCHANGED, row(Verdict.INCONCLUSIVE, metric="peak_rss_bytes"))
    assert moves_reference(unclear, DECIDING)


def test_what_was_accepted_is_the_reference() -> None:
    """Although it is worse."""
    past = nights("a", "b", "b")
    past = (past[0], said(past[1], row(Verdict.WORSE)), said(past[2], row(Verdict.WORSE)))
    assert reference(past) == campaign(0)
    assert reference(past, campaign(2)) == campaign(2)


def test_the_anchor_lies_thirty_campaigns_back() -> None:
    """Or at the first, while there are fewer."""
    short, long = nights(*"ab"), nights(*("a" * (ANCHOR_BACK + 5)))
    assert anchor_of(short, (), None) == short[0]
    assert anchor_of(long, (), None) == long[5]
    assert anchor_of((), (), None) is None


def test_a_pin_is_the_anchor() -> None:
    """Also one of a night before all that is known, until something newer is accepted."""
    past = nights(*"abcdef")
    pin = replace(past[0], campaign_id="elsewhere", fingerprint="p")
    assert anchor_of(past, (), pin) == pin
    assert anchor_of(past, (campaign(3),), pin) == past[3]
    assert anchor_of(past, (campaign(3),), replace(pin, night=past[5].night)).campaign_id == (
        "elsewhere"
    )


def test_what_got_better_is_where_creep_begins_anew() -> None:
    """Else a tenth gained could be lost again unseen; a pin was chosen by somebody and stays."""
    past = list(nights(*"abcdef"))
    past[4] = said(past[4], row(Verdict.BETTER))
    assert anchor_of(past, (), None) == past[4]
    assert anchor_of(past, (), past[0]) == past[0]


def test_the_anchor_is_due_every_seven_campaigns() -> None:
    """Seven after the first, seven after the last test."""
    past = list(nights(*("a" * 15)))
    assert not is_anchor_due(past[:6])
    assert is_anchor_due(past[:7])
    past[7] = replace(past[7], is_anchored=True)
    assert [is_anchor_due(past[:count]) for count in (8, 13, 14, 15)] == [False, False, True, True]


def test_what_else_moved_is_named_kernel_before_packages(nights: Nights) -> None:
    """What came, went or differs, in words."""
    before = replace(
        nights.start, environment=(Fact("package zstandard", "0.24"), Fact("kernel", "6.1"))
    )
    after = replace(
        nights.start,
        environment=(Fact("package zstandard", "0.25"), Fact("kernel", "6.2"), Fact("turbo", "1")),
    )
    assert moved_facts(before, after) == (
        "kernel 6.1 → 6.2",
        "turbo none → 1",
        "zstandard 0.24 → 0.25",
    )
    assert moved_facts(before, before) == ()
