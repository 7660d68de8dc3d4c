"""Two arms that take turns on one core: order, fairness, and what failing does to the other."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from perf_pipeline.analysis.effect import effect_in_turns
from perf_pipeline.analysis.robust import median_absolute_deviation
from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.blocks import BlockOutcome, core_of, draw_of, may_take_turns, run_block
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.pace import Pace
from perf_pipeline.model import Case, TrialStatus
from tests.measure.builders import calls, other_pythons, timed
from tests.measure.conftest import processes_of

PACE = Pace(loops=1, values=6, warmups=1, duration_s=0.0, timeout_s=20.0, turns=True)


def arm(label: str, workload: str, **parameters: object) -> Arm:
    """One side that calls a factory of the programs beside this file."""
    return Arm(label, calls(workload), Case("case", "key", json.dumps(parameters)))


def block(a: Arm, b: Arm, number: int = 0, pace: Pace = PACE) -> BlockOutcome:
    """One block of both."""
    return run_block(Arms(a, b), number, draw_of("seed", number), pace)


@pytest.mark.parametrize("number", [0, 1])
def test_one_works_at_a_time_and_value_by_value(number: int, tmp_path: Path) -> None:
    """Set-up and warm-up of the first, then of the second, then a value of each in turn."""
    file = str(tmp_path / "notes")
    sides = [arm(one, "turns:notes", file=file, name=one) for one in "ab"]
    outcome = block(*sides, number=number)
    assert (outcome.a.message, outcome.b.message) == ("", "")
    first, second = "ab" if number == 0 else "ba"
    warmed = "{0}{{}}{0}()".format
    turns = f"{first}(){second}()" * PACE.values
    written = Path(file).read_text("utf-8").rstrip(".")
    assert written == warmed(first) + warmed(second) + turns
    assert not processes_of(tmp_path, patience_s=5)


def test_both_are_on_one_core_and_the_cores_take_turns_too() -> None:
    """Either arm is first once on each core that is ours."""
    seen = []
    for number in range(4):
        outcome = block(*(arm(one, "turns:cores") for one in "ab"), number=number)
        for side in (outcome.a, outcome.b):
            assert set(timed(side, "cores")) == {1}
            assert set(timed(side, "core")) == {core_of(number)}
        seen.append((core_of(number), outcome.first_arm))
    cores = sorted(os.sched_getaffinity(0))
    wanted = [cores[0], cores[1 % len(cores)]]
    assert seen == [(core, first) for core in wanted for first in "ab"]


def test_taking_turns_lays_out_memory_alike() -> None:
    """The arm that waits first has the same addresses as the one that begins."""
    for number in range(4):
        outcome = block(*(arm(one, "layout:addresses") for one in "ab"), number=number)
        if outcome.aslr != "off":
            pytest.skip(f"address randomisation could not be turned off: {outcome.aslr}")
        a, b = (
            {name: side.series[name].values for name in ("hash", "code", "heap")}
            for side in (outcome.a, outcome.b)
        )
        assert a == b


def test_a_machine_that_drifts_is_no_difference() -> None:
    """Speed that changes threefold within a second cancels in pairs, not between trials."""
    pace = replace(PACE, values=20)
    paired, apart = [], []
    for number in range(8):
        sides = [arm(one, "turns:drifts") for one in "ab"]
        outcome = block(*sides, number=number, pace=pace)
        paired.append(effect_of(outcome))
        apart.append(effect_of(block(*sides, number=number, pace=replace(pace, turns=False))))
    assert scatter(paired) < scatter(apart) / 3


def test_more_work_is_found_under_drift() -> None:
    """Ten per cent more loops are ten per cent, whatever the speed."""
    pace = replace(PACE, values=20)
    sides = arm("a", "turns:drifts", times=1.0), arm("b", "turns:drifts", times=1.1)
    effects = [effect_of(block(*sides, number=number, pace=pace)) for number in range(6)]
    assert median(effects) == pytest.approx(0.095, abs=0.03)


def effect_of(outcome: BlockOutcome) -> float:
    """B against A by CPU time."""
    found = effect_in_turns(*(timed(one, "cpu_ns") for one in (outcome.a, outcome.b)))
    assert found is not None
    return found


def scatter(effects: list[float]) -> float:
    """Robust standard deviation."""
    return float(median_absolute_deviation(effects))


def test_the_other_s_turns_count_for_nobody() -> None:
    """The counted wall time is that of the own values; waiting for the turn is not in it."""
    outcome = block(arm("a", "clocks:spins", times=2), arm("b", "clocks:spins", times=20))
    for side in (outcome.a, outcome.b):
        assert side.counters["wall_ns"] == pytest.approx(sum(timed(side, "wall_ns")), rel=0.01)
    assert outcome.a.counters["wall_ns"] < outcome.b.counters["wall_ns"] / 4


@pytest.mark.parametrize("how", ["raises", "is killed"])
@pytest.mark.parametrize("calls_made", [0, 4])
def test_an_arm_goes_on_without_one_that_failed(how: str, calls_made: int) -> None:
    """It neither hangs nor fails with it."""
    failing = arm("b", "turns:fails_after", calls=calls_made, how=how)
    outcome = block(arm("a", "clocks:spins", times=1), failing)
    assert outcome.b.status is TrialStatus.FAILED
    assert (outcome.a.status, outcome.a.iterations) == (TrialStatus.OK, 6)


@pytest.mark.parametrize("number", [0, 1])
def test_only_the_arm_that_hangs_runs_out_of_time(number: int) -> None:
    """The time of the one that waits stands still meanwhile."""
    hanging = arm("b", "turns:fails_after", calls=3, how="hangs")
    pace = replace(PACE, timeout_s=3.0)
    outcome = block(arm("a", "clocks:spins", times=1), hanging, number, pace)
    assert outcome.b.status is TrialStatus.TIMED_OUT
    assert re.fullmatch(r"hung in step: stopped after 3 s", outcome.b.message)
    assert (outcome.a.status, outcome.a.message) == (TrialStatus.OK, "")


def test_waiting_for_a_slow_set_up_takes_no_time_of_one_s_own() -> None:
    """Both set up within their time, one after the other."""
    pace = replace(PACE, timeout_s=4.0)
    sides = [arm(one, "turns:slow_to_set_up", seconds=2.5) for one in "ab"]
    outcome = block(*sides, pace=pace)
    assert (outcome.a.message, outcome.b.message) == ("", "")


def test_other_interpreters_take_turns() -> None:
    """The oldest Python that workloads may use, beside the newest."""
    pythons = other_pythons()
    if not (pythons["3.8"] and pythons["3.13"]):
        pytest.skip("no Python 3.8 and 3.13 here")
    sides = [
        Arm(one, calls("clocks:spins", python=Path(pythons[one])), Case("case", "key", "{}"))
        for one in ("3.8", "3.13")
    ]
    outcome = block(*sides)
    assert (outcome.a.message, outcome.b.message) == ("", "")
    assert may_take_turns(outcome)


@pytest.mark.parametrize(
    ("workload", "may"),
    [
        ("clocks:spins", True),
        ("turns:keeps_a_thread", False),
        ("clocks:sleeps", False),
        ("clocks:spins_in_ended_threads", False),
        ("clocks:spins_in_a_pool", False),
        ("clocks:spins_in_children", False),
        ("clocks:spins_in_a_living_child", False),
    ],
)
def test_who_may_take_turns(workload: str, may: bool) -> None:
    """Whoever may use several cores, or waits, may not; one such arm is enough."""
    outcome = block(arm("a", "clocks:spins", times=1), arm("b", workload))
    assert (outcome.a.message, outcome.b.message) == ("", "")
    assert may_take_turns(outcome) is may


def test_values_are_pairs_or_nothing() -> None:
    """What was not taken in turn has no paired effect."""
    assert effect_in_turns((1.0, 2.0, 4.0), (2.0, 4.0, 8.0)) == pytest.approx(0.6931, abs=1e-4)
    assert effect_in_turns((1.0, 2.0), (1.0,)) is None
    assert effect_in_turns((), ()) is None
    assert effect_in_turns((0.0, 2.0), (1.0, 1.0)) is None


def test_a_slow_value_moves_no_pair_but_its_own() -> None:
    """A third of the values fall into slow episodes: the median of the pairs stays."""
    a = [1.0, 1.01, 1.02, 1.7, 1.0, 1.01] * 3
    b = [1.02 * one for one in a]
    b[::5] = [1.8 * one for one in b[::5]]
    assert effect_in_turns(a, b) == pytest.approx(0.0198, abs=1e-4)


def test_an_outcome_knows_how_many_values_it_took() -> None:
    """Calls by loops."""
    outcome = Outcome(TrialStatus.OK, "", "", 1, "off", loops=3, iterations=15)
    assert outcome.values == 5
