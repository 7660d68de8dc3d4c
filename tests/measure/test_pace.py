"""How much each trial of an A/B does, from what a trial of the case costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from perf_pipeline.measure.pace import (
    CaseCost,
    Pace,
    confirmed,
    cost_of,
    measured_cost,
    pace_of,
)
from perf_pipeline.measure.trials import RunContext, measure_benchmark
from perf_pipeline.model import CampaignKind, Case, TrialStatus
from perf_pipeline.suite.benchmark import Benchmark, Budget, BudgetName, Confirm
from perf_pipeline.suite.built_in import ALWAYS
from tests.measure.builders import benchmark as plain
from tests.measure.builders import calls, command, load, run, service

QUICK = BudgetName.QUICK


def budgets(**changes: object) -> tuple[Budget, ...]:
    """The quick budget with some of its settings changed."""
    plain = Budget(QUICK, 5, values=20, warmups=3, duration_s=0.0, timeout_s=60.0, case_ids=())
    return (replace(plain, **changes),)  # type: ignore[arg-type]  # what a test names


def timed_s(pace: Pace, cost: CaseCost) -> float:
    """How long the timed part of a trial takes."""
    return pace.values * pace.loops * cost.call_s


@pytest.mark.parametrize("call_s", [1e-7, 1e-5, 1e-3, 0.002, 0.01, 0.02])
@pytest.mark.parametrize("startup_s", [0.05, 0.1, 0.3])
def test_short_calls_take_one_to_two_start_ups(call_s: float, startup_s: float) -> None:
    """Values of milliseconds, at least five of them, in all about one and a half start-ups."""
    cost = CaseCost(startup_s, call_s * 10, loops=10)
    pace = pace_of(calls("clocks:spins", budgets=budgets()), QUICK, cost)
    assert 5 <= pace.values <= 40
    assert pace.loops * call_s <= max(0.0075, call_s)
    if 5 * call_s < startup_s < 0.2:
        assert startup_s <= timed_s(pace, cost) <= 2 * startup_s + pace.loops * call_s


@pytest.mark.parametrize(
    ("call_s", "values", "warmups"), [(0.05, 5, 3), (0.2, 3, 1), (2.0, 2, 1), (30.0, 1, 1)]
)
def test_long_calls_are_few(call_s: float, values: int, warmups: int) -> None:
    """A call of seconds is one value, after one warm-up."""
    cost = CaseCost(0.05, call_s)
    pace = pace_of(calls("clocks:spins", budgets=budgets()), QUICK, cost)
    assert (pace.loops, pace.values, pace.warmups) == (1, values, warmups)
    assert pace.block_seconds(cost) == pytest.approx(2 * (0.05 + (values + warmups) * call_s))


def test_a_command_is_never_looped() -> None:
    """One execution is one value, however short."""
    pace = pace_of(command("true", budgets=budgets()), QUICK, CaseCost(0.1, 0.0002))
    assert pace.loops == 1
    assert pace.values == 40


def test_load_runs_for_the_duration_of_the_budget() -> None:
    """The level and the duration decide how much evidence a trial is, not its cost."""
    served: Benchmark = plain(service=service(), load=load(), budgets=budgets(duration_s=4.0))
    pace = pace_of(served, QUICK, CaseCost(1.0, 0.0))
    assert pace.duration_s == 4.0
    assert pace.block_seconds(CaseCost(1.0, 0.0)) == 10.0


def test_confirm_replaces_only_what_it_names() -> None:
    """What an author leaves out stays as the engine chose it."""
    pace = Pace(loops=1, values=2, warmups=1, duration_s=0.0, timeout_s=60.0)
    assert confirmed(pace, Confirm()) == pace
    assert confirmed(pace, Confirm(values=1, warmups=0, timeout_s=9)) == Pace(1, 1, 0, 0.0, 9)


def test_a_trial_tells_what_it_cost() -> None:
    """Start-up is all but the values and the warm-ups; a call is what it is."""
    slow, fast = (
        measured_cost(run(calls("clocks:spins"), parameters={"times": times})) for times in (60, 2)
    )
    assert 5 < slow.call_s / fast.call_s < 100
    assert slow.startup_s > 0
    assert fast.loops >= slow.loops


def test_landed_trials_tell_what_the_next_ones_will_cost(tmp_path: Path) -> None:
    """The middle of tonight's `ok` trials; nothing without any."""
    case = Case("case", "key", "{}")
    toy = calls("clocks:spins", budgets=budgets(case_ids=("case",), trials=3))
    toy = replace(toy, record=replace(toy.record, cases=(case,), metrics=ALWAYS))
    context = RunContext(
        campaign_id="campaign",
        run_id="run",
        suite="suite",
        machine="bench",
        night=date(2026, 1, 1),
        kind=CampaignKind.AD_HOC,
        budget=QUICK,
        seed=1,
        revision="",
        artifacts=tmp_path,
    )
    trials = measure_benchmark(toy, context, 1)
    cost = cost_of(trials)
    assert cost is not None
    timed = sum(one.counters.wall_ns for one in trials) / sum(one.iterations for one in trials)
    assert cost.call_s * 1e9 == pytest.approx(timed, rel=0.8)
    assert 0 < cost.startup_s < max(one.duration_ns for one in trials) / 1e9
    assert cost_of([replace(one, status=TrialStatus.FAILED) for one in trials]) is None
