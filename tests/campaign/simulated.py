"""Comparisons that were never run: drawn blocks, judged by the real rule."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from perf_pipeline.analysis.ab import judge_ab
from perf_pipeline.analysis.effect import judge_exact
from perf_pipeline.campaign.ab.comparison import DECIDING, usual_rules
from perf_pipeline.campaign.ab.result import Comparison, MetricResult
from perf_pipeline.campaign.ab.sameness import SAME
from perf_pipeline.campaign.changes.candidates import AUDIT
from perf_pipeline.campaign.changes.tested import Task, Tested
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import (
    Block,
    Layout,
    MetricDefinition,
    MetricKind,
    TrialStatus,
    short_hash,
)

NOISE = {"cpu_ns": 0.012, "waiting_ns": 0.004, "peak_rss_bytes": 0.001}
"""Standard deviation of a block: as measured on an idle machine."""
OUTLIERS = 0.02


class KilledError(Exception):
    """Stands for kill -9 in the middle of the night."""


@dataclass
class Bench:
    """What an A/B of two codes would show; keeps what it was asked.

    `speeds` is content of a benchmark's file -> CPU time relative to the first; what is not named
    costs as much as that. `refusals` is benchmark -> why it has no second arm. After `most`
    comparisons the run is killed.
    """

    speeds: Mapping[str, float] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    most: int = 1000
    asked: list[Task] = field(default_factory=list)

    def __call__(self, campaign: Campaign, task: Task) -> Tested:
        """Stands for building both arms and running blocks."""
        if len(self.asked) == self.most:
            raise KilledError
        self.asked.append(task)
        refusal = self.refusals.get(task.item.benchmark, "")
        if refusal:
            return Tested(None, refusal=refusal)
        if task.item.how == AUDIT:
            return Tested(_compared(campaign, task, 0.0))
        here = _code(campaign, campaign.campaign_id, task)
        there = _code(campaign, task.item.reference, task)
        if here == there:
            equal = Comparison(task.comparison_id, (), (), refusal=SAME, same_code=True)
            return Tested(equal)
        effect = math.log(self._speed(here) / self._speed(there))
        return Tested(_compared(campaign, task, effect), ("work.py",))

    @property
    def questions(self) -> list[tuple[str, str]]:
        """Benchmark and way of everything that was asked."""
        return [(task.item.benchmark, task.item.how) for task in self.asked]

    def _speed(self, fingerprint: str) -> float:
        known = {short_hash(content): speed for content, speed in self.speeds.items()}
        return known.get(fingerprint, 1.0)


def _code(campaign: Campaign, campaign_id: str, task: Task) -> str:
    attempts = campaign.store.attempts(campaign_id, task.item.benchmark)
    counted = next(one.number for one in attempts if one.status is TrialStatus.OK)
    return campaign.store.trials(campaign_id, task.item.benchmark, counted)[0].fingerprint


def _compared(campaign: Campaign, task: Task, effect: float) -> Comparison:
    draw = random.Random(task.comparison_id)  # noqa: S311 - noise, nothing secret
    metrics = [one for one in _metrics(campaign, task) if one.name in NOISE]
    effects: dict[str, list[float]] = {one.name: [] for one in metrics}
    results: list[MetricResult] = []
    while not results or not all(
        one.ab.is_final for one in results if one.metric.clock in DECIDING
    ):
        for metric in metrics:
            true = effect if metric.name == "cpu_ns" else 0.0
            effects[metric.name].append(true + _noise(draw, NOISE[metric.name]))
        results = [_judged(one, effects[one.name], effect) for one in metrics]
    blocks = len(effects["cpu_ns"])
    exact = [one for one in _metrics(campaign, task) if one.kind is MetricKind.EXACT]
    results += [
        MetricResult(one, judge_exact(one, [32.0] * blocks, [32.0] * blocks)[0], 32.0, 32.0)
        for one in exact
    ]
    cpu = next(one for one in metrics if one.name == "cpu_ns")
    return Comparison(
        comparison_id=task.comparison_id,
        blocks=tuple(_blocks(campaign, task, cpu, effects["cpu_ns"])),
        results=tuple(results),
        same_code=task.item.how == AUDIT,
    )


def _judged(metric: MetricDefinition, effects: list[float], effect: float) -> MetricResult:
    result = judge_ab(effects, usual_rules()(metric))
    return MetricResult(metric, result, 1e6, 1e6 * math.exp(effect))


def _noise(draw: random.Random, sigma: float) -> float:
    noise = draw.gauss(0, sigma)
    if draw.random() < OUTLIERS:
        noise += draw.choice((-1, 1)) * draw.uniform(0.2, 0.5)
    return noise


def _metrics(campaign: Campaign, task: Task) -> list[MetricDefinition]:
    record = campaign.find_record(task.item.benchmark)
    return [one for one in record.metrics if one.judged]


def _blocks(
    campaign: Campaign, task: Task, metric: MetricDefinition, effects: list[float]
) -> list[Block]:
    context = campaign.context
    record = campaign.find_record(task.item.benchmark)
    case = next(one for one in record.cases if one.case_id == task.item.case_id)
    return [
        Block(
            block_id=short_hash(task.comparison_id, str(number)),
            campaign_id=context.campaign_id,
            run_id=context.run_id,
            suite=context.suite,
            machine=context.machine,
            night=context.night,
            comparison=task.comparison_id,
            benchmark=record.name,
            case_id=case.case_id,
            case_key=case.case_key,
            metric=metric.name,
            unit=metric.unit,
            number=number,
            first_arm="ab"[number % 2],
            layout=Layout(1, 1, 1, "off"),
            value_a=1e6,
            value_b=1e6 * math.exp(effect),
            log_ratio=effect,
            same_code=task.item.how == AUDIT,
            measured_at=datetime.now(UTC),
            kind=MetricKind.POSITIVE,
            effect=effect,
            duration_s=0.1,
        )
        for number, effect in enumerate(effects)
    ]
