"""What a night takes back because it compared so much: bounded in simulation, and never adds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from perf_pipeline.campaign.changes.withdraw import FALSE_DISCOVERIES, withdraw
from perf_pipeline.model import State, Verdict, VerdictRecord
from tests.campaign.decisions import row


def rows(*p_values: float, verdict: Verdict = Verdict.WORSE) -> tuple[VerdictRecord, ...]:
    """Changes with these p-values; under 0.001 they were called worse."""
    return tuple(
        replace(
            row(verdict if p <= 0.001 else Verdict.UNCHANGED, case=f"case {i}", p_value=p),
            state=State.ESTABLISHED if p <= 0.001 else State.NONE,
        )
        for i, p in enumerate(p_values)
    )


def test_a_lonely_difference_among_very_many_is_taken_back() -> None:
    """With p = 0.001 one of 200 may be chance; among 20 it stands."""
    few = rows(0.001, *([0.5] * 19))
    assert withdraw(few, few) == few
    many = rows(0.001, *([0.5] * 199))
    taken = withdraw(many, many)[0]
    assert (taken.verdict, taken.state) == (Verdict.INCONCLUSIVE, State.SUSPECTED)
    assert taken.reason.endswith("may be chance among 200 comparisons tonight")


def test_it_never_adds() -> None:
    """What was unchanged stays so, however small its p-value is among others."""
    found = rows(0.002, 0.0005, 0.0001)
    assert [one.verdict for one in withdraw(found, found)] == [
        Verdict.UNCHANGED,
        Verdict.WORSE,
        Verdict.WORSE,
    ]


def test_what_was_not_compared_tonight_is_left() -> None:
    """A change of an earlier night has been through this already."""
    tonight = rows(0.001, *([0.5] * 299))
    carried = (replace(tonight[0], verdict_id="of another night"),)
    assert withdraw(carried, tonight) == carried
    assert withdraw(tonight[:1], tonight) != tonight[:1]


def test_without_a_p_value_nothing_is_taken_back() -> None:
    """Any difference of an exact metric is a change."""
    exact = (row(Verdict.WORSE, state=State.ESTABLISHED),)
    assert withdraw(exact, exact) == exact
    assert withdraw((), ()) == ()


def test_its_promise_over_nights() -> None:
    """One of 1,000 series moved: hardly a night reports anything else beside it.

    The naive rule (all that one test calls different) reports a false one in 6 nights of 10.
    """
    draw = np.random.default_rng(7)
    false, naive = [], []
    for _ in range(60):
        found = rows(1e-7, *draw.uniform(size=999))
        for told, share in ((withdraw(found, found), false), (found, naive)):
            worse = [one.verdict is Verdict.WORSE for one in told]
            assert worse[0]
            share.append((sum(worse) - 1) / sum(worse))
    assert np.mean(false) <= FALSE_DISCOVERIES + 3 * np.std(false) / np.sqrt(60)
    assert np.mean(naive) > 0.3
