"""Functions ranked by what removing them could save."""

from __future__ import annotations

import pytest
from examples import frame, profile

from perf_pipeline.analysis.hotspots import rank
from perf_pipeline.model import FunctionCalls, Stack, TrialStatus

FRAMES = [frame("main"), frame("parse"), frame("encode")]


def test_shares_by_hand() -> None:
    """Of 10 samples 6 end in encode, 3 in parse, 1 in main that is below all."""
    stacks = [Stack("t", (0, 1, 2), 6), Stack("t", (0, 1), 3), Stack("t", (0,), 1)]
    found = rank(profile(FRAMES, stacks))
    assert [(h.rank, h.function, h.self_share, h.total_share) for h in found] == [
        (1, "encode", 0.6, 0.6),
        (2, "parse", 0.3, 0.9),
        (3, "main", 0.1, 1.0),
    ]
    assert [h.samples for h in found] == [6, 9, 10]


def test_cost_is_share_of_cpu_time_per_iteration() -> None:
    """60 % of one CPU second over ten iterations is 60 ms each."""
    stacks = [Stack("t", (0, 2), 6), Stack("t", (0, 1), 4)]
    encode = rank(profile(FRAMES, stacks))[0]
    assert encode.self_ns == pytest.approx(60e6)
    assert encode.total_ns == pytest.approx(60e6)
    assert encode.saves_at_most == pytest.approx(0.6)


def test_recursion_is_counted_once() -> None:
    """A function three times on a stack, at two lines, has been there once."""
    frames = [frame("main"), frame("walk", line=10), frame("walk", line=20)]
    found = rank(profile(frames, [Stack("t", (0, 1, 2, 1), 5), Stack("t", (0,), 5)]))
    walk = next(h for h in found if h.function == "walk")
    assert (walk.self_share, walk.total_share, walk.samples) == (0.5, 0.5, 5)


def test_lines_of_one_function_are_one_function() -> None:
    """Identity is function and file; the line shown is the one seen most."""
    frames = [frame("walk", line=10), frame("walk", line=20), frame("walk", file="other.py")]
    found = rank(profile(frames, [Stack("t", (0,), 2), Stack("t", (1,), 3), Stack("t", (2,), 1)]))
    assert [(h.file, h.line, h.self_share) for h in found] == [
        ("codec.py", 20, pytest.approx(5 / 6)),
        ("other.py", 1, pytest.approx(1 / 6)),
    ]


def test_calls_are_known_only_from_exact_counts() -> None:
    """Samples say nothing about calls; the classical score then lacks its third part."""
    sampled = rank(profile(FRAMES, [Stack("t", (0,), 1)]))[0]
    assert (sampled.calls, sampled.score) == (None, 80.0)


def test_exact_counts_by_hand() -> None:
    """encode: 60 % self, 60 % total, 90 % of the calls."""
    calls = [FunctionCalls(0, 10, 400, 1000), FunctionCalls(2, 90, 600, 600)]
    encode, main = rank(profile(FRAMES, calls=calls))
    assert (encode.function, encode.calls, encode.self_share) == ("encode", 90, 0.6)
    assert encode.score == pytest.approx(0.4 * 60 + 0.4 * 60 + 0.2 * 90)
    assert (main.total_share, main.calls) == (1.0, 10)
    assert encode.self_ns == pytest.approx(0.6 * 1e8)


def test_shares_add_up_and_never_exceed_one() -> None:
    """Self shares are a partition; a total that recursion blew up is cut."""
    calls = [FunctionCalls(0, 1, 100, 5000), FunctionCalls(1, 1, 300, 900)]
    found = rank(profile(FRAMES, calls=calls))
    assert sum(h.self_share for h in found) == pytest.approx(1.0)
    assert max(h.total_share for h in found) == 1.0


def test_a_profile_that_saw_nothing_has_no_hotspots() -> None:
    """Forbidden, or memory only: an empty table, no error."""
    assert rank(profile([], status=TrialStatus.ENVIRONMENT_FAILURE, message="no ptrace")) == ()
    assert rank(profile(FRAMES, [Stack("t", (), 3)])) == ()


def test_equal_shares_are_ranked_alike_every_time() -> None:
    """Ties are broken by total share, then by name."""
    stacks = [Stack("t", (2,), 1), Stack("t", (1,), 1), Stack("t", (0,), 1)]
    assert [h.function for h in rank(profile(FRAMES, stacks))] == ["encode", "main", "parse"]
