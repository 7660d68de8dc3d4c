"""How much each trial of an A/B does: the same in both arms, so that nothing else differs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.model import Trial, TrialStatus
from perf_pipeline.suite.benchmark import Benchmark, BudgetName, Confirm

TIMED_PER_STARTUP = 1.5
"""The timed part of a trial by its start-up: flat optimum between 1 and 2 for blocks per second."""
WANTED_VALUES = 30
SHORTEST_VALUE_S, LONGEST_VALUE_S = 0.001, 0.005
FEWEST_VALUES = ((0.1, 5), (0.3, 3), (3.0, 2), (math.inf, 1))
"""Values a trial has at least, by how long one takes: up to 0.1 s five of them, and so on."""
MOST_VALUES = 40
LONG_VALUE_S = 0.1
"""From here on one warm-up is enough: what settles within microseconds has settled."""
CONFIRM_FROM_S = 60.0
"""A block that takes longer is run as the benchmark's `confirm` says, if it says anything."""


@dataclass(frozen=True, slots=True)
class CaseCost:
    """What a trial of a case costs.

    `startup_s` is everything but its values and warm-ups (processes, imports, set-up, teardown),
    `value_s` the wall time of one value of `loops` calls.
    """

    startup_s: float
    value_s: float
    loops: int = 1

    @property
    def call_s(self) -> float:
        """Wall time of one call."""
        return self.value_s / self.loops


@dataclass(frozen=True, slots=True)
class Pace:
    """What every trial of a comparison does: values of `loops` calls, or calls for a duration.

    With `turns` the trials of a block run at once on one core, a value of each in turn.
    """

    loops: int
    values: int
    warmups: int
    duration_s: float
    timeout_s: float
    turns: bool = False

    def block_seconds(self, cost: CaseCost) -> float:
        """How long a block of two such trials takes."""
        calls = (self.values + self.warmups) * self.loops
        timed = self.duration_s or calls * cost.call_s
        return 2 * (cost.startup_s + timed)


FIRST_LOOK = Pace(loops=0, values=1, warmups=1, duration_s=0.0, timeout_s=0.0)
"""The trial that finds out what a case costs, where no trial of it is known."""


def pace_of(benchmark: Benchmark, budget: BudgetName, cost: CaseCost) -> Pace:
    """The pace of an A/B, without what the benchmark's `confirm` may say.

    Values of 1 to 5 ms, as many as make 1.5 times the start-up (5 to 40); of calls that take
    longer 1 to 3. Load runs for the duration of the budget. Workloads take turns, until their
    first block shows that they wait for something (`blocks.may_take_turns`).
    """
    given = benchmark.budget(budget)
    if benchmark.load is not None:
        return Pace(1, given.values, given.warmups, given.duration_s, given.timeout_s)
    wanted_s = TIMED_PER_STARTUP * cost.startup_s
    loops = _loops(cost, wanted_s) if benchmark.workload else 1
    value_s = max(1e-9, cost.call_s * loops)
    fewest = next(count for longest, count in FEWEST_VALUES if value_s <= longest)
    values = min(MOST_VALUES, max(fewest, math.ceil(wanted_s / value_s)))
    warmups = min(1, given.warmups) if value_s >= LONG_VALUE_S else given.warmups
    turns = benchmark.workload is not None and benchmark.service is None
    return Pace(loops, values, warmups, 0.0, given.timeout_s, turns)


def _loops(cost: CaseCost, wanted_s: float) -> int:
    value_s = min(LONGEST_VALUE_S, max(SHORTEST_VALUE_S, wanted_s / WANTED_VALUES))
    return max(1, round(value_s / max(1e-9, cost.call_s)))


def confirmed(pace: Pace, confirm: Confirm) -> Pace:
    """The pace with what a benchmark's `confirm` says in its place."""
    return Pace(
        loops=pace.loops,
        values=confirm.values or pace.values,
        warmups=pace.warmups if confirm.warmups is None else confirm.warmups,
        duration_s=pace.duration_s if confirm.duration_s is None else confirm.duration_s,
        timeout_s=confirm.timeout_s or pace.timeout_s,
        turns=pace.turns and not confirm.duration_s,
    )


def cost_of(trials: Sequence[Trial]) -> CaseCost | None:
    """What a trial of one case costs, from its landed `ok` trials; None without any."""
    costs = [_cost_of(trial) for trial in trials if trial.status is TrialStatus.OK]
    if not costs:
        return None
    middle = sorted(costs, key=lambda one: one.call_s)[len(costs) // 2]
    return CaseCost(median(one.startup_s for one in costs), middle.value_s, middle.loops)


def _cost_of(trial: Trial) -> CaseCost:
    wall = next((one for one in trial.observations if one.metric.name == "wall_ns"), None)
    values = wall.values[wall.warmups :] if wall else ()
    warmups = wall.warmups if wall else 0
    return _cost(trial.duration_ns, trial.counters.wall_ns, values, warmups, trial.loops)


def measured_cost(outcome: Outcome) -> CaseCost:
    """What the trial that just ran cost."""
    wall = outcome.series.get("wall_ns")
    values = wall.values[wall.warmups :] if wall else ()
    warmups = wall.warmups if wall else 0
    timed = outcome.counters.get("wall_ns", 0)
    return _cost(outcome.duration_ns, timed, values, warmups, outcome.loops)


def _cost(
    duration_ns: int, timed_ns: int, call_ns: Sequence[float], warmups: int, loops: int
) -> CaseCost:
    """Warm-ups while loops were calibrated were shorter: the start-up errs low by some of them."""
    call = median(call_ns) if call_ns else float(timed_ns)
    startup = duration_ns - timed_ns - warmups * call * loops
    return CaseCost(max(0.0, startup) / 1e9, call * loops / 1e9, loops)
