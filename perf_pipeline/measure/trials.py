"""All trials of one benchmark in one attempt: drawn, ordered, run, turned into records."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from perf_pipeline.measure.fingerprint import command_code, fingerprint, imported_code
from perf_pipeline.measure.machine import Busy, busy_now
from perf_pipeline.measure.metrics import observations
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.request import Draw, TrialRequest
from perf_pipeline.measure.requires import why_not
from perf_pipeline.measure.trial import run_trial
from perf_pipeline.model import (
    BenchmarkRecord,
    CampaignKind,
    Case,
    Counters,
    Fact,
    Layout,
    Trial,
    TrialStatus,
    short_hash,
)
from perf_pipeline.suite.benchmark import Benchmark, Budget, BudgetName

HOPELESS = {
    TrialStatus.TIMED_OUT,
    TrialStatus.ENVIRONMENT_FAILURE,
    TrialStatus.CONFIGURATION_FAILURE,
}
FAILURES_BEFORE_GIVING_UP = 2
SPIN_S = 0.3


@dataclass(frozen=True, slots=True)
class RunContext:
    """What every record of a run carries."""

    campaign_id: str
    run_id: str
    suite: str
    machine: str
    night: date
    kind: CampaignKind
    budget: BudgetName
    seed: int
    revision: str
    artifacts: Path
    memory_limit_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One trial to come: which case, which of its trials, when in the attempt."""

    case: Case
    number: int
    order: int
    draw: Draw


def measure_benchmark(
    benchmark: Benchmark,
    context: RunContext,
    attempt: int,
    tell: Callable[[Trial], None] = lambda _: None,
) -> tuple[Trial, ...]:
    """Run every trial of one attempt; failures of the workload are trials too, never exceptions.

    Cases take turns, so that a drift of the machine falls on all alike. A case that hangs, lacks
    something or fails twice is given up; its other trials are `skipped` and say so.
    """
    budget = benchmark.budget(context.budget)
    missing = why_not(benchmark)
    if not missing:
        spin()
    before = busy_now()
    trials: list[Trial] = []
    for turn in turns(benchmark, budget, f"{context.seed}/{benchmark.name}/{attempt}"):
        refusal = missing or _given_up(trials, turn.case)
        if refusal:
            status = TrialStatus.ENVIRONMENT_FAILURE if missing else TrialStatus.SKIPPED
            outcome = Outcome(status, refusal, "", 0, "on")
        else:
            outcome = run_trial(_request(benchmark, budget, turn, context))
        trials.append(_record(benchmark, context, attempt, turn, outcome))
        tell(trials[-1])
    return _with_neighbour(trials, before, busy_now())


def spin() -> None:
    """Keep the processor busy for a moment: one that idled runs its first loops at half speed."""
    end = time.perf_counter() + SPIN_S
    while time.perf_counter() < end:
        pass


def turns(benchmark: Benchmark, budget: Budget, seed: str) -> list[Turn]:
    """Rounds over the budget's cases, each round in an order of its own, all drawn from `seed`."""
    draw = random.Random(seed)  # noqa: S311 - reproducible on purpose
    cases = [case for case in benchmark.record.cases if case.case_id in budget.case_ids]
    planned: list[Turn] = []
    for number in range(budget.trials):
        for case in draw.sample(cases, len(cases)):
            planned.append(Turn(case, number, len(planned), draw_layout(draw)))
    return planned


def draw_layout(draw: random.Random) -> Draw:
    """A fresh memory layout: hash seed, padding of the environment, heap shake."""
    return Draw(
        hash_seed=draw.randint(1, 2**32 - 1),
        padding=draw.randint(0, 4096),
        heap_seed=draw.randint(0, 2**31 - 1),
    )


def _request(benchmark: Benchmark, budget: Budget, turn: Turn, context: RunContext) -> TrialRequest:
    return TrialRequest(
        benchmark=benchmark,
        case=turn.case,
        draw=turn.draw,
        values=budget.values,
        warmups=budget.warmups,
        duration_s=budget.duration_s,
        timeout_s=budget.timeout_s,
        memory_limit_bytes=context.memory_limit_bytes,
    )


def _given_up(trials: list[Trial], case: Case) -> str:
    """Why this case is not tried again in this attempt; empty when it is."""
    statuses = Counter(trial.status for trial in trials if trial.case_id == case.case_id)
    statuses.pop(TrialStatus.OK, None)
    statuses.pop(TrialStatus.SKIPPED, None)
    for status, count in statuses.items():
        if status in HOPELESS or count >= FAILURES_BEFORE_GIVING_UP:
            return f"not tried again after {count} x {status.value}"
    return ""


def refused_trial(record: BenchmarkRecord, context: RunContext, attempt: int, case: Case) -> Trial:
    """The record of a trial that was not run: `skipped`, until somebody says otherwise."""
    return Trial(
        trial_id=short_hash(context.campaign_id, record.name, case.case_id, str(attempt), "0"),
        campaign_id=context.campaign_id,
        run_id=context.run_id,
        suite=context.suite,
        machine=context.machine,
        night=context.night,
        kind=context.kind,
        budget=context.budget.value,
        benchmark=record.name,
        component=record.component,
        day=record.day,
        case_id=case.case_id,
        case_key=case.case_key,
        parameters=case.parameters,
        attempt=attempt,
        number=0,
        status=TrialStatus.SKIPPED,
        message="",
        measured_at=datetime.now(UTC),
        duration_ns=0,
        order=0,
        layout=Layout(hash_seed=0, padding=0, heap_seed=0, aslr="on"),
        counters=Counters(),
        observations=(),
        revision=context.revision,
    )


def _record(
    benchmark: Benchmark, context: RunContext, attempt: int, turn: Turn, outcome: Outcome
) -> Trial:
    code = code_of(benchmark, outcome)
    key = (context.campaign_id, benchmark.name, turn.case.case_id, str(attempt), str(turn.number))
    return replace(
        refused_trial(benchmark.record, context, attempt, turn.case),
        trial_id=short_hash(*key),
        number=turn.number,
        status=outcome.status,
        message=outcome.message,
        duration_ns=outcome.duration_ns,
        order=turn.order,
        layout=layout(turn.draw, outcome),
        counters=_counters(outcome),
        observations=observations(benchmark, outcome),
        loops=outcome.loops,
        iterations=outcome.iterations,
        fingerprint=fingerprint_of(benchmark, outcome, code),
        imported=code if turn.number == 0 else (),
        python=outcome.interpreter.partition(" ")[0],
        log_tail="" if outcome.status is TrialStatus.OK else outcome.log_tail,
    )


def fingerprint_of(benchmark: Benchmark, outcome: Outcome, code: tuple[Fact, ...]) -> str:
    """The fingerprint of a trial; a command stands for its interpreter, wherever its suite lies."""
    command = " ".join(_command(benchmark))
    for folder in filter(None, (benchmark.root, benchmark.repository)):
        command = command.replace(str(folder), "")
    return fingerprint(code, outcome.interpreter or command)


def code_of(benchmark: Benchmark, outcome: Outcome) -> tuple[Fact, ...]:
    """Everything that a trial is known to have run: names and hashes of its files."""
    where = (benchmark.root, benchmark.repository)
    imported = imported_code(outcome.imported, outcome.standard, *where)
    return imported + command_code(_command(benchmark), *where)


def _command(benchmark: Benchmark) -> tuple[str, ...]:
    return benchmark.command or (benchmark.service.command if benchmark.service else ())


def layout(draw: Draw, outcome: Outcome) -> Layout:
    """What was drawn, and what became of address randomisation."""
    return Layout(draw.hash_seed, draw.padding, draw.heap_seed, outcome.aslr)


def _counters(outcome: Outcome) -> Counters:
    setup = outcome.series.get("setup_ns")
    waiting = outcome.series.get("waiting_ns")
    return Counters(
        **outcome.counters,
        waiting_ns=int(sum(waiting.values[waiting.warmups :])) if waiting else 0,
        startup_ns=outcome.startup_ns,
        setup_ns=int(setup.values[0]) if setup else 0,
    )


def _with_neighbour(trials: list[Trial], before: Busy, after: Busy) -> tuple[Trial, ...]:
    """Write how busy others were into every trial.

    Over the whole attempt: a short trial is a few ticks of the kernel's clock, too coarse.
    """
    neighbour = before.neighbour_until(after)
    throttled = after.throttled_ns - before.throttled_ns
    return tuple(
        replace(
            trial,
            counters=replace(trial.counters, neighbour=neighbour, throttled_ns=throttled),
        )
        for trial in trials
    )
