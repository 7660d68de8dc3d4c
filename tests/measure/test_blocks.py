"""One block: order, layout, and what both arms are told and tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.blocks import draw_of, run_block
from perf_pipeline.measure.pace import Pace
from perf_pipeline.model import Case, TrialStatus
from tests.measure.builders import calls, other_pythons, run, timed

PACE = Pace(loops=3, values=5, warmups=2, duration_s=0.0, timeout_s=20.0)


def arm(label: str, workload: str, **parameters: object) -> Arm:
    """One side that calls a factory of the programs beside this file."""
    return Arm(label, calls(workload), Case("case", "key", json.dumps(parameters)))


@pytest.mark.parametrize(("number", "first"), [(0, "a"), (1, "b"), (2, "a")])
def test_the_order_alternates(number: int, first: str, tmp_path: Path) -> None:
    """A B in even blocks, B A in odd ones."""
    file = str(tmp_path / "order")
    arms = Arms(
        arm("a", "notes:writes", file=file, text="a"), arm("b", "notes:writes", file=file, text="b")
    )
    outcome = run_block(arms, number, draw_of("seed", number), PACE)
    assert outcome.first_arm == first
    assert Path(file).read_text("utf-8") == ("ab" if first == "a" else "ba")
    assert outcome.is_ok


def test_both_arms_share_a_layout_and_the_next_block_has_another() -> None:
    """Hash seed, padding and heap are drawn once a block."""
    arms = Arms(arm("a", "layout:addresses"), arm("b", "layout:addresses"))
    seen = []
    for number in (0, 1):
        outcome = run_block(arms, number, draw_of("seed", number), PACE)
        if outcome.aslr != "off":
            pytest.skip(f"address randomisation could not be turned off: {outcome.aslr}")
        sides = [
            {name: one.series[name].values[-1] for name in ("hash", "code", "heap")}
            for one in (outcome.a, outcome.b)
        ]
        assert sides[0] == sides[1]
        seen.append(sides[0])
    assert seen[0] != seen[1]
    assert draw_of("seed", 1) == draw_of("seed", 1) != draw_of("other seed", 1)


def test_both_arms_run_the_same_loops() -> None:
    """An arm that is five times slower still makes as many calls."""
    arms = Arms(arm("a", "clocks:spins", times=1), arm("b", "clocks:spins", times=5))
    outcome = run_block(arms, 0, draw_of("seed", 0), PACE)
    assert (outcome.a.loops, outcome.b.loops) == (3, 3)
    assert outcome.a.iterations == outcome.b.iterations == 15
    assert len(timed(outcome.b, "cpu_ns")) == 5
    assert outcome.b.series["cpu_ns"].warmups == 2


def test_loops_stay_below_the_limit_of_what_returns_metrics() -> None:
    """A mapping a call is kept for every call, so at most 1,000 calls make a value."""
    outcome = run(
        calls("outputs:returns"), parameters={"kind": "mapping", "value": 3}, loops=5_000, values=2
    )
    assert outcome.status is TrialStatus.OK
    assert outcome.loops == 1_000
    assert len(timed(outcome, "items")) == 2_000


def test_an_arm_that_fails_makes_the_block_worthless() -> None:
    """The other arm's figures are no evidence either."""
    arms = Arms(arm("a", "clocks:spins", times=1), arm("b", "faults:raises"))
    outcome = run_block(arms, 0, draw_of("seed", 0), PACE)
    assert not outcome.is_ok
    assert outcome.a.status is TrialStatus.OK
    assert outcome.b.message == "in step: ValueError: no such luck"


def test_no_byte_code_is_written_into_an_arm(tmp_path: Path) -> None:
    """The arms lie there as they were built, whatever is imported."""
    for name in ("top", "below"):
        (tmp_path / f"{name}.py").write_text("import time\n", "utf-8")
    arms = Arms(*(arm(one, "notes:imports", folder=str(tmp_path)) for one in "ab"))
    assert run_block(arms, 0, draw_of("seed", 0), PACE).is_ok
    assert sorted(path.name for path in tmp_path.iterdir()) == ["below.py", "top.py"]


def digest(kind: str, value: object, **changes: object) -> str:
    """The digest that a trial takes of what a workload returns."""
    parameters = {"kind": kind, "value": value}
    asked = {"one_of_two": True, "loops": 2, "values": 2, **changes}
    return run(calls("outputs:returns"), parameters=parameters, **asked).output


@pytest.mark.parametrize("kind", ["plain", "number", "list", "buffer", "set"])
def test_equal_output_has_an_equal_digest(kind: str) -> None:
    """Plain data and buffers are told apart by what they hold, not by where they lie."""
    assert len(digest(kind, 1)) == 16
    assert digest(kind, 1) == digest(kind, 1, loops=3, values=4) != digest(kind, 2)


@pytest.mark.parametrize("kind", ["nothing", "object", "mapping", "cycle"])
def test_what_cannot_be_compared_has_no_digest(kind: str) -> None:
    """Nothing, objects, metrics and endless structures say nothing of output."""
    assert digest(kind, 1) == ""


def test_only_arms_of_a_block_are_digested() -> None:
    """A nightly trial does no such work, and its memory holds no output any longer."""
    assert digest("number", 1, one_of_two=False) == ""


def test_the_same_number_of_calls_makes_the_digest_of_one_that_remembers() -> None:
    """A workload with a memory is compared at the same call of both arms."""
    asked = {"one_of_two": True, "loops": 2, "values": 3}
    first, again = (run(calls("outputs:counts"), **asked).output for _ in range(2))
    assert first == again != ""
    assert first != run(calls("outputs:counts"), **{**asked, "values": 4}).output


def test_a_call_for_the_digest_does_no_harm() -> None:
    """One that raises is no failure: the values had been measured."""
    calls_made = 1 + 1 * 2 + 3 * 2
    workload = calls("outputs:fails_when_asked_again")
    asked = {"one_of_two": True, "loops": 2, "values": 3, "warmups": 2}
    outcome = run(workload, parameters={"calls": calls_made}, **asked)
    assert (outcome.status, outcome.output) == (TrialStatus.OK, "")
    assert run(workload, parameters={"calls": 8}, **asked).status is TrialStatus.FAILED


@pytest.mark.parametrize("version", ["3.8", "3.13"])
def test_other_interpreters_run_byte_code_of_their_own(version: str) -> None:
    """The worker is compiled by the interpreter that runs it, and digests there too."""
    python = other_pythons()[version]
    if not python:
        pytest.skip(f"no Python {version} here")
    workload = calls("outputs:returns", python=Path(python))
    outcome = run(workload, parameters={"kind": "plain", "value": 1}, one_of_two=True)
    assert (outcome.status, outcome.message) == (TrialStatus.OK, "")
    assert outcome.interpreter.startswith(version)
    assert len(outcome.output) == 16
