"""What the blocks of a comparison have shown so far, and what follows from it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from perf_pipeline.analysis.ab import MOST_MISSING, AbRule, judge_ab
from perf_pipeline.analysis.confidence import centre
from perf_pipeline.analysis.contended import are_blocks_contended
from perf_pipeline.analysis.effect import judge_exact
from perf_pipeline.analysis.sentence import counted
from perf_pipeline.campaign.ab.block_rows import BlockRows
from perf_pipeline.campaign.ab.result import MetricResult, OutputAgreement
from perf_pipeline.measure.arm import Arms
from perf_pipeline.measure.blocks import BlockOutcome
from perf_pipeline.model import (
    Block,
    Clock,
    Counters,
    Direction,
    MetricDefinition,
    MetricKind,
    TrialStatus,
)

FAILURES_BEFORE_GIVING_UP = 3
CONTENDED = "others used the machine during more than a fifth of the blocks"


@dataclass(slots=True)
class Evidence:
    """Blocks so far. `failed` holds what arms said that failed, by their label.

    `broken` are the arms that failed in the first block by themselves, not because the machine
    kept the trial from its promise (`invalid`: a load generator that came late).
    """

    started: int = 0
    rows: list[Block] = field(default_factory=list)
    counters: list[Counters] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    failed: dict[str, list[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    aslr: str = ""
    durations_s: list[float] = field(default_factory=list)

    @property
    def blocks(self) -> int:
        """How many are evidence: both arms did what was asked."""
        return len(self.counters)

    @property
    def block_s(self) -> float:
        """What one took on average; 0 before the first."""
        return fmean(self.durations_s) if self.durations_s else 0.0

    def add(self, arms: Arms, outcome: BlockOutcome, found: BlockRows) -> None:
        """Take one block."""
        self.started += 1
        self.aslr = outcome.aslr
        self.durations_s.append(outcome.duration_s)
        for arm, one in ((arms.a, outcome.a), (arms.b, outcome.b)):
            if one.status is not TrialStatus.OK:
                self.failed.setdefault(arm.label, []).append(one.message)
                if self.started == 1 and one.status is not TrialStatus.INVALID:
                    self.broken.add(arm.label)
        if outcome.is_ok:
            self.rows.extend(found.rows)
            self.counters.append(outcome.counters)
            self.outputs.append((outcome.a.output, outcome.b.output))
            for name, reason in found.missing.items():
                self.missing.setdefault(name, []).append(reason)

    def why_hopeless(self) -> str:
        """Why no more blocks are worth it: an arm failed in the first one, or three times."""
        for label, messages in self.failed.items():
            if label in self.broken:
                return f"{label} failed: {messages[0]}"
            if len(messages) >= FAILURES_BEFORE_GIVING_UP:
                told = f"{len(messages)} of {counted(self.started, 'block')}"
                return f"{label} failed in {told}: {messages[-1]}"
        return ""

    def failures(self) -> str:
        """What was left out because an arm failed; empty if nothing was."""
        told = [f"{label}: {messages[-1]}" for label, messages in self.failed.items()]
        left_out = counted(self.started - self.blocks, "block")
        return f"{left_out} left out in which an arm failed ({'; '.join(told)})" if told else ""


def judge(
    evidence: Evidence, metrics: Sequence[MetricDefinition], rules: Mapping[str, AbRule]
) -> tuple[MetricResult, ...]:
    """What the blocks say of every metric.

    Nothing is said of a metric that more than a fifth of the blocks lack, nor of one on the wall
    clock while others used the machine.
    """
    contended = are_blocks_contended(evidence.counters)
    return tuple(_result(evidence, metric, rules[metric.name], contended) for metric in metrics)


def _result(
    evidence: Evidence, metric: MetricDefinition, rule: AbRule, contended: bool
) -> MetricResult:
    rows = [row for row in evidence.rows if row.metric == metric.name]
    a, b = [row.value_a for row in rows], [row.value_b for row in rows]
    missing = evidence.missing.get(metric.name, [])
    withheld = ""
    if metric.kind is MetricKind.EXACT:
        ab, withheld = judge_exact(metric, a, b)
    else:
        effects = [row.effect for row in rows if row.effect is not None]
        ab = judge_ab(effects + [math.nan] * len(missing), rule)
    if len(missing) > MOST_MISSING * evidence.blocks:
        withheld = f"{_most_common(missing)} (in {len(missing)} of {evidence.blocks} blocks)"
    elif metric.clock is Clock.WALL and contended:
        withheld = CONTENDED
    return MetricResult(
        metric=metric,
        ab=ab,
        value_a=centre(metric.kind, a) if a else None,
        value_b=centre(metric.kind, b) if b else None,
        withheld=withheld,
    )


def _most_common(reasons: Sequence[str]) -> str:
    return Counter(reasons).most_common(1)[0][0]


def agreement(evidence: Evidence, metrics: Sequence[MetricDefinition]) -> OutputAgreement:
    """Whether both arms computed the same.

    By the digest of what the last call of every trial returned, and by exact metrics without a
    good direction, which stand for output. Agreeing in every block is agreement; a difference
    counts only between arms that each repeat themselves.
    """
    ways = [evidence.outputs]
    for metric in metrics:
        if metric.kind is MetricKind.EXACT and metric.direction is Direction.NONE:
            rows = [row for row in evidence.rows if row.metric == metric.name]
            ways.append([(repr(row.value_a), repr(row.value_b)) for row in rows])
    found = {_agreement(pairs) for pairs in ways}
    for said in (OutputAgreement.DIFFER, OutputAgreement.AGREE):
        if said in found:
            return said
    return OutputAgreement.UNKNOWN


def _agreement(pairs: Sequence[tuple[str, str]]) -> OutputAgreement:
    if not pairs or not all(a and b for a, b in pairs):
        return OutputAgreement.UNKNOWN
    if all(a == b for a, b in pairs):
        return OutputAgreement.AGREE
    repeats = len(pairs) > 1 and len(set(pairs)) == 1
    return OutputAgreement.DIFFER if repeats else OutputAgreement.UNKNOWN
