"""Compare two arms of one case: blocks until the evidence is enough, then what they say."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from perf_pipeline.analysis.ab import MOST_BLOCKS as MOST_BLOCKS_EVER
from perf_pipeline.analysis.ab import AbRule, last_look
from perf_pipeline.analysis.sentence import counted
from perf_pipeline.campaign.ab.block_rows import block_rows, compared_metrics, runs_in_parallel
from perf_pipeline.campaign.ab.evidence import Evidence, agreement, judge
from perf_pipeline.campaign.ab.result import (
    OTHER_OUTPUT,
    Comparison,
    MetricResult,
    OutputAgreement,
)
from perf_pipeline.campaign.ab.sameness import Identity, identify
from perf_pipeline.campaign.ab.start import Start, start
from perf_pipeline.measure.arm import Arms
from perf_pipeline.measure.blocks import BlockOutcome, draw_of, may_take_turns, run_block
from perf_pipeline.measure.machine import memory_bytes
from perf_pipeline.measure.pace import CaseCost, Pace
from perf_pipeline.measure.trials import RunContext, spin
from perf_pipeline.model import Block, Clock, MetricDefinition, MetricKind

RuleFor = Callable[[MetricDefinition], AbRule]
Watch = Callable[[int, Sequence[MetricResult]], None]

RESOLVE = {Clock.CPU: 0.02, Clock.NONE: 0.02, Clock.WAITING: 0.05, Clock.WALL: 0.05}
"""Delta by what a metric rests on: relative, in parts of the wall time, or in points."""
MOST_BLOCKS = 60
"""Enough for 2 % in 95 % of comparisons of CPU-bound code; a finer delta buys more."""
DECIDING = (Clock.CPU, Clock.WAITING)
WALL = "wall_ns"


@dataclass(frozen=True, slots=True)
class Settings:
    """Who asks for a comparison, and what beside the judged metrics.

    `metrics` are asked for by name; they are judged and decide, as CPU time and waiting do.
    `cost` is what a trial of the case took (`pace.cost_of` tonight's trials); without it one
    trial of arm A finds out first.
    """

    context: RunContext
    comparison_id: str
    metrics: tuple[str, ...] = ()
    cost: CaseCost | None = None

    @property
    def seed(self) -> str:
        """What the layouts of all its blocks are drawn from."""
        return f"{self.context.seed}/{self.context.run_id}/{self.comparison_id}"


def usual_rules(resolve: float | None = None, blocks: int | None = None) -> RuleFor:
    """The rules of a comparison: alpha 0.001, margin 0.5 %, delta by metric, 12 to 60 blocks.

    Args:
        resolve: Delta as a part (0.01 is 1 %) in place of every metric's own. Under 2 % the cap
            grows with the square of its distance from the margin, up to 400 blocks.
        blocks: The cap, in place of the one that follows.
    """
    cap = blocks or _cap(resolve or RESOLVE[Clock.CPU])

    def rule(metric: MetricDefinition) -> AbRule:
        part = resolve or RESOLVE[metric.clock]
        delta = math.log1p(part) if metric.kind is MetricKind.POSITIVE else part
        return AbRule(resolve=delta, most_blocks=cap)

    return rule


def _cap(resolve: float) -> int:
    """How many blocks a delta is worth; one at the margin or below it would never be resolved."""
    usual, margin = RESOLVE[Clock.CPU], math.expm1(AbRule().margin)
    finer = max(1.0, (usual - margin) / max(resolve - margin, 1e-9))
    return min(MOST_BLOCKS_EVER, math.ceil(MOST_BLOCKS * min(finer, MOST_BLOCKS_EVER) ** 2))


def pace_for(arms: Arms, settings: Settings) -> Pace:
    """The pace of a comparison, for those who run its blocks themselves.

    Raises:
        ValueError: Arm A fails.
    """
    begin = start(arms, settings.context, settings.seed, settings.cost)
    if begin.refusal:
        raise ValueError(begin.refusal)
    outcome = run_block(begin.arms, 0, draw_of(settings.seed, 0), begin.pace)
    turns = outcome.turns and outcome.is_ok and may_take_turns(outcome)
    return replace(begin.pace, turns=turns)


def rows_of(arms: Arms, outcome: BlockOutcome, settings: Settings) -> tuple[Block, ...]:
    """The rows of one block; none where an arm failed."""
    metrics = compared_metrics(arms.b.benchmark, settings.metrics)
    name = settings.comparison_id
    found = block_rows(arms, outcome, metrics, settings.context, name).rows
    return tuple(replace(row, same_code=arms.same_asked) for row in found)


def compare(  # noqa: PLR0913, PLR0917 - a comparison, who asks, who hears
    arms: Arms,
    rule_for: RuleFor,
    settings: Settings,
    tell: Callable[[str], None] = lambda _: None,
    deadline_s: float = math.inf,
    watch: Watch = lambda _blocks, _results: None,
) -> Comparison:
    """Run blocks until all deciding metrics are final, the cap, or the deadline.

    Deciding are the judged metrics that rest on CPU time or waiting, and those asked for; where
    there is none, all judged ones. Every judged metric has a result, and so has the wall time of
    code that keeps several cores busy. Nothing is landed: the caller lands `blocks`. Whatever a
    workload does is told in `refusal` or `note`, never raised.

    Args:
        arms: Both sides; A is the reference.
        rule_for: The rule of each metric, such as `usual_rules()`.
        settings: Who asks.
        tell: Hears a line at every look.
        deadline_s: Of `time.monotonic()`: no block begins that would probably end later.
        watch: Sees after every block how many ran, and the deciding metrics as of the last look.
    """
    began = time.monotonic()
    spin()
    begin = start(arms, settings.context, settings.seed, settings.cost)
    course = _Course(begin, settings, rule_for)
    while course.goes_on(deadline_s):
        course.run_block()
        if course.is_at_look():
            course.look()
            tell(course.told())
        watch(course.blocks, course.deciding())
    return course.comparison(time.monotonic() - began)


class _Course:
    """A comparison under way."""

    def __init__(self, begin: Start, settings: Settings, rule_for: RuleFor) -> None:
        self._begin = begin
        self._arms = begin.arms
        self._pace = begin.pace
        self._settings = settings
        self._rule_for = rule_for
        self._ask(settings.metrics)
        self._evidence = Evidence()
        self._identity = Identity()
        self._results: tuple[MetricResult, ...] = ()
        self._refusal = begin.refusal
        self._late = ""

    @property
    def blocks(self) -> int:
        """How many have run that count."""
        return self._evidence.blocks

    def goes_on(self, deadline_s: float) -> bool:
        """Whether another block is wanted, and would end in time."""
        if self._refusal or self._is_decided():
            return False
        block_s = self._evidence.block_s or self._begin.block_s
        if time.monotonic() + block_s > deadline_s:
            self._late = f"the time was up after {counted(self._evidence.blocks, 'block')}"
        return not self._late

    def run_block(self) -> None:
        """Run one and see whether going on makes sense.

        A first block in turns that failed, or that shows that the arms should not take turns, is
        run again one trial after the other.
        """
        arms, number = self._arms, self._evidence.started
        outcome = self._run(number)
        if outcome.turns and not number and not (outcome.is_ok and may_take_turns(outcome)):
            self._pace = replace(self._pace, turns=False)
            outcome = self._run(number)
        if outcome.is_ok and not self._evidence.blocks:
            self._meet(outcome)
        settings = self._settings
        found = block_rows(arms, outcome, self._metrics, settings.context, settings.comparison_id)
        self._evidence.add(arms, outcome, found)
        self._refusal = self._evidence.why_hopeless() or self._identity.refusal

    def _run(self, number: int) -> BlockOutcome:
        limit = self._settings.context.memory_limit_bytes
        if self._pace.turns:  # both are in memory at once
            limit = (limit or memory_bytes()) // 2
        draw = draw_of(self._settings.seed, number)
        return run_block(self._arms, number, draw, self._pace, limit)

    def _meet(self, outcome: BlockOutcome) -> None:
        """What the first block tells of the arms: whose code they ran, and on how many cores.

        Where several run at once waiting is 0, and a lock that lets them run one by one costs
        neither CPU time nor waiting: then the wall clock is judged beside them.
        """
        self._identity = identify(self._arms, outcome)
        if runs_in_parallel(outcome):
            self._ask((*self._asked, WALL))

    def _ask(self, names: tuple[str, ...]) -> None:
        """Compare the metrics of these names beside those that are judged anyway."""
        self._asked = names
        self._metrics = compared_metrics(self._arms.b.benchmark, names)
        self._rules = {metric.name: self._rule_for(metric) for metric in self._metrics}

    def is_at_look(self) -> bool:
        """Whether it is time to judge, for any metric."""
        blocks = self._evidence.blocks
        return any(
            blocks >= rule.most_blocks or 0 < blocks == last_look(blocks, rule)
            for rule in self._rules.values()
        )

    def look(self) -> None:
        """Judge all metrics by the blocks so far."""
        self._results = judge(self._evidence, self._metrics, self._rules)

    def told(self) -> str:
        """Where it stands, in a line."""
        benchmark, case = self._arms.b.benchmark, self._arms.b.case
        found = ", ".join(f"{one.metric.name} {one.ab.shift}" for one in self.deciding())
        return f"{benchmark.name} {case.label}: {counted(self._evidence.blocks, 'block')}, {found}"

    def _is_decided(self) -> bool:
        deciding = self.deciding()
        return bool(deciding) and all(one.ab.is_final or one.withheld for one in deciding)

    def deciding(self) -> list[MetricResult]:
        """What decides, as of the last look."""
        deciding = [
            one
            for one in self._results
            if one.metric.clock in DECIDING or one.metric.name in self._asked
        ]
        return deciding or list(self._results)

    def comparison(self, duration_s: float) -> Comparison:
        """What it came to."""
        evidence, identity = self._evidence, self._identity
        if not self._refusal:
            self.look()
        output = agreement(evidence, self._metrics)
        return Comparison(
            comparison_id=self._settings.comparison_id,
            blocks=tuple(replace(row, same_code=identity.same_code) for row in evidence.rows),
            results=() if self._refusal else self._results,
            refusal=self._refusal,
            note="; ".join(filter(None, self._notes(output))),
            same_code=identity.same_code,
            output=output,
            fingerprint_a=identity.fingerprint_a,
            fingerprint_b=identity.fingerprint_b,
            aslr=evidence.aslr,
            duration_s=duration_s,
        )

    def _notes(self, output: OutputAgreement) -> tuple[str, ...]:
        layout = self._evidence.aslr not in ("", "off")
        return (
            self._begin.note,
            self._late,
            "" if self._refusal else self._evidence.failures(),
            "addresses were randomised: it took more blocks" if layout else "",
            OTHER_OUTPUT if output is OutputAgreement.DIFFER else "",
        )
