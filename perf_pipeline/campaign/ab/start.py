"""How a comparison begins: at which pace both arms run, found once and never per arm."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.blocks import draw_of, request_of
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.pace import (
    CONFIRM_FROM_S,
    FIRST_LOOK,
    CaseCost,
    Pace,
    confirmed,
    measured_cost,
    pace_of,
)
from perf_pipeline.measure.trial import run_trial
from perf_pipeline.measure.trials import RunContext
from perf_pipeline.model import ParameterValue, TrialStatus, canonical_parameters, parameters_label
from perf_pipeline.suite.benchmark import Confirm

TOO_LONG = CaseCost(startup_s=1.0, value_s=CONFIRM_FROM_S)
"""Stands for the cost of a trial that had not ended after a minute."""
SERVICE_START_S = 1.0


@dataclass(frozen=True, slots=True)
class Start:
    """Arms and the pace they run at; `refusal` says why they cannot, `note` what is unusual."""

    arms: Arms
    pace: Pace
    cost: CaseCost
    note: str = ""
    refusal: str = ""

    @property
    def block_s(self) -> float:
        """How long a block will probably take."""
        return self.pace.block_seconds(self.cost)


def start(arms: Arms, context: RunContext, seed: str, cost: CaseCost | None) -> Start:
    """Choose loops and values for all blocks of both arms, by what a trial of arm A costs.

    Calibrating each arm by itself would bias the comparison: the slower one would get fewer
    loops. A block of over a minute runs as the benchmark's `confirm` says.
    """
    benchmark = arms.b.benchmark
    if benchmark.load is not None:
        cost = cost or CaseCost(SERVICE_START_S, 0.0)
    if cost is None:
        first = _probe(arms.a, context, seed)
        if first.status is TrialStatus.TIMED_OUT and benchmark.confirm is not None:
            return _confirming(arms, benchmark.confirm, context, seed, TOO_LONG)
        if first.status is not TrialStatus.OK:
            return _refused(arms, first)
        cost = measured_cost(first)
    pace = pace_of(benchmark, context.budget, cost)
    if benchmark.confirm is not None and pace.block_seconds(cost) > CONFIRM_FROM_S:
        return _confirming(arms, benchmark.confirm, context, seed, cost)
    return Start(arms, pace, cost)


def _probe(arm: Arm, context: RunContext, seed: str) -> Outcome:
    """One short trial that finds out what a call costs."""
    timeout_s = arm.benchmark.budget(context.budget).timeout_s
    if arm.benchmark.confirm is not None:
        timeout_s = min(timeout_s, CONFIRM_FROM_S)
    pace = replace(FIRST_LOOK, timeout_s=timeout_s)
    return run_trial(request_of(arm, draw_of(seed, -1), pace, context.memory_limit_bytes))


def _refused(arms: Arms, outcome: Outcome) -> Start:
    return Start(arms, FIRST_LOOK, TOO_LONG, refusal=f"{arms.a.label} failed: {outcome.message}")


def _confirming(
    arms: Arms, confirm: Confirm, context: RunContext, seed: str, cost: CaseCost
) -> Start:
    changed: dict[str, ParameterValue] = json.loads(confirm.parameters)
    if changed:
        arms = replace(arms, a=_changed(arms.a, changed), b=_changed(arms.b, changed))
    if changed and arms.b.benchmark.load is None:
        first = _probe(arms.a, context, seed)
        if first.status is not TrialStatus.OK:
            return _refused(arms, first)
        cost = measured_cost(first)
    pace = confirmed(pace_of(arms.b.benchmark, context.budget, cost), confirm)
    told = f" with {parameters_label(confirm.parameters)}" if changed else ""
    note = f"run as declared under confirm{told}, because a block would take over a minute"
    return Start(arms, pace, cost, note)


def _changed(arm: Arm, changed: dict[str, ParameterValue]) -> Arm:
    """The arm with other parameters; its case keeps its name, which the evidence is about."""
    parameters = {**json.loads(arm.case.parameters), **changed}
    return replace(arm, case=replace(arm.case, parameters=canonical_parameters(parameters)))
