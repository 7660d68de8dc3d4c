"""Comparisons in every state a reader may meet, from drawn blocks that the real rule judges."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from report_suite import (
    BEGAN,
    CPU,
    MEMORY,
    NIGHT,
    SUITE,
    WAITING,
    WRITTEN,
    cases_of,
    record_of,
    run_of,
)

from perf_pipeline.analysis.ab import AbRule, judge_ab
from perf_pipeline.campaign.ab.result import MetricResult, OutputAgreement
from perf_pipeline.campaign.ab.verdict import judged_metric
from perf_pipeline.model import Block, Case, Layout, MetricDefinition, MetricKind, short_hash
from perf_pipeline.report.comparison.facts import ComparedCase, ComparedSide, ComparisonFacts

A = ComparedSide("main", "revision", "4f2c9ab (main)")
B = ComparedSide(".", "working tree", "working tree")
CAMPAIGN = "neurectomy-perf-01-2026-11-19-3"
LEVELS = {"cpu_ns": 5.3e6, "waiting_ns": 2.1e4, "peak_rss_bytes": 9.6e7}


def drawn(
    metric: MetricDefinition, effect: float, spread: float, blocks: int, seed: str
) -> list[float]:
    """Effects of blocks around a true one; two in a hundred are far off, as in life."""
    draw = random.Random(f"{seed}/{metric.name}")  # noqa: S311 - noise
    return [
        effect + draw.gauss(0, spread) + (0.5 if draw.random() < 0.02 else 0.0)
        for _ in range(blocks)
    ]


def rows_of(case: ComparedCase, metric: MetricDefinition, effects: list[float]) -> list[Block]:
    """The blocks as they land."""
    level = LEVELS[metric.name]
    return [
        Block(
            block_id=short_hash(case.comparison_id, metric.name, str(number)),
            campaign_id=CAMPAIGN,
            run_id="run-1",
            suite="neurectomy",
            machine="perf-01",
            night=NIGHT,
            comparison=case.comparison_id,
            benchmark=case.benchmark,
            case_id=case.case.case_id,
            case_key=case.case.case_key,
            metric=metric.name,
            unit=metric.unit,
            number=number,
            first_arm="ab"[number % 2],
            layout=Layout(1, 2, 3, "off"),
            value_a=level,
            value_b=level * math.exp(effect),
            log_ratio=effect,
            same_code=False,
            measured_at=BEGAN,
            kind=metric.kind,
            effect=effect,
        )
        for number, effect in enumerate(effects)
    ]


def compared(  # noqa: PLR0913 - what a test wants to vary
    benchmark: str,
    case: Case,
    cpu: float = 0.0,
    *,
    spread: float = 0.006,
    blocks: int = 16,
    memory: float = 0.0,
    output: OutputAgreement = OutputAgreement.AGREE,
    threshold_percent: float = 10.0,
) -> ComparedCase:
    """One measured case whose true effects are these."""
    one = ComparedCase(
        benchmark,
        case,
        comparison_id=short_hash(CAMPAIGN, case.case_id),
        output=output.value,
        aslr="off",
        duration_s=0.12 * blocks,
        differences=("2 files: ryot/decoder.py, ryot/weights.py",),
    )
    effects = {CPU: cpu, WAITING: 0.0, MEMORY: memory}
    metrics, rows = [], []
    for metric, effect in effects.items():
        found = drawn(metric, effect, spread if metric is CPU else 0.001, blocks, one.comparison_id)
        ab = judge_ab(found, AbRule(most_blocks=max(blocks, 60)))
        level = LEVELS[metric.name]
        other = level * math.exp(effect) if metric.kind is MetricKind.POSITIVE else level
        result = MetricResult(metric, ab, level, other)
        metrics.append(judged_metric(result, output, threshold_percent))
        rows += rows_of(one, metric, found)
    return replace(one, metrics=tuple(metrics), blocks=tuple(rows))


def refused(benchmark: str, case: Case, why: str, *, same_code: bool = True) -> ComparedCase:
    """One case of which nothing can be said."""
    return ComparedCase(
        benchmark, case, refusal=why, failed=not same_code, same_code=same_code, duration_s=0.3
    )


def facts_of(*cases: ComparedCase) -> ComparisonFacts:
    """A comparison of the branch with the working tree."""
    run = run_of(tuple(record_of(sketch) for sketch in SUITE))
    return ComparisonFacts(
        run=replace(run, campaign_id=CAMPAIGN),
        written_at=WRITTEN,
        a=A,
        b=B,
        cases=cases,
        command="perf-pipeline compare main . --suite neurectomy",
    )


def _sketches() -> list[tuple[str, Case]]:
    return [(sketch.name, case) for sketch in SUITE for case in cases_of(sketch)]


def mixed() -> ComparisonFacts:
    """One of everything: worse, better, unchanged, open, same code, an arm that fails."""
    found = _sketches()
    return facts_of(
        compared(*found[0], 0.083),
        compared(*found[1], 0.031, spread=0.004),
        compared(*found[2], -0.12, memory=0.45),
        compared(*found[4], 0.001, spread=0.002, blocks=24),
        compared(*found[5], 0.012, spread=0.03, blocks=60),
        *(refused(*one, "both arms ran the same code") for one in found[6:14]),
        refused(*found[14], "arm B failed: in setup: KeyError: 'size'", same_code=False),
    )


def quiet() -> ComparisonFacts:
    """Nothing moved."""
    return facts_of(*(compared(*one, 0.0, spread=0.002, blocks=24) for one in _sketches()[:4]))


def same_code() -> ComparisonFacts:
    """Nothing to compare: a change of a text, a comment, a file that no benchmark runs."""
    return facts_of(*(refused(*one, "both arms ran the same code") for one in _sketches()))


def same_asked() -> ComparisonFacts:
    """The same revision twice, on purpose."""
    return replace(quiet(), b=A, same_asked=True)


def stopped() -> ComparisonFacts:
    """Somebody pressed Ctrl-C after two cases."""
    found = _sketches()
    kept = facts_of(compared(*found[0], 0.083), compared(*found[1], 0.0, spread=0.002, blocks=24))
    left = tuple(f"{name} {case.label}".strip() for name, case in found[2:])
    return replace(kept, stopped=True, left=left)


def other_results() -> ComparisonFacts:
    """Faster, but something else is computed."""
    return facts_of(compared(*_sketches()[0], -0.3, output=OutputAgreement.DIFFER))


COMPARISONS = {
    "mixed": mixed,
    "quiet": quiet,
    "same_code": same_code,
    "same_asked": same_asked,
    "stopped": stopped,
    "other_results": other_results,
}
