"""The numbers of a comparison, unrounded: what `--json` prints and compare.json holds."""

from __future__ import annotations

import json
import math
from collections import Counter

from perf_pipeline.model import ParameterValue
from perf_pipeline.report.comparison.facts import (
    ComparedCase,
    ComparedMetric,
    ComparedSide,
    ComparisonFacts,
)
from perf_pipeline.report.comparison.sentence import compared, overall
from perf_pipeline.report.data import Json
from perf_pipeline.report.text import clean

FORMAT = 1
"""Moves when a field changes its meaning; new fields may come at any time."""


def render_json(facts: ComparisonFacts) -> str:
    """The document as docs/cli.md describes it."""
    return json.dumps(document(facts), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def document(facts: ComparisonFacts) -> dict[str, Json]:
    """Everything that is said, by name; what is not known is null."""
    verdicts = Counter(row.verdict.value for case in facts.cases for row in case.metrics)
    return {
        "format": FORMAT,
        "campaign": facts.run.campaign_id,
        "suite": facts.run.suite,
        "machine": facts.run.machine.name,
        "written_at": facts.written_at.isoformat(),
        "a": _side(facts.a),
        "b": _side(facts.b),
        "same_code_asked": facts.same_asked,
        "alpha": facts.alpha,
        "verdict": overall(facts).value,
        "sentence": clean(compared(facts).sentence),
        "metrics_by_verdict": dict(sorted(verdicts.items())),
        "stopped": facts.stopped,
        "not_reached": [clean(name) for name in facts.left],
        "comparisons": [_case(case) for case in facts.cases],
    }


def _side(side: ComparedSide) -> Json:
    return {"asked": clean(side.asked), "kind": side.kind, "label": clean(side.label)}


def _case(case: ComparedCase) -> Json:
    return {
        "comparison": case.comparison_id,
        "benchmark": clean(case.benchmark),
        "parameters": _parameters(case),
        "case_id": case.case.case_id,
        "refusal": clean(case.refusal),
        "failed": case.failed,
        "same_code": case.same_code,
        "output": case.output,
        "note": clean(case.note),
        "differences": [clean(one) for one in case.differences],
        "address_randomisation": case.aslr,
        "in_turns": case.in_turns,
        "blocks": case.number_of_blocks,
        "seconds": _finite(case.duration_s),
        "metrics": [_metric(row) for row in case.metrics],
    }


def _parameters(case: ComparedCase) -> Json:
    found: dict[str, ParameterValue] = json.loads(case.case.parameters)
    return {
        clean(name): clean(value) if isinstance(value, str) else value
        for name, value in found.items()
    }


def _metric(row: ComparedMetric) -> Json:
    return {
        "metric": clean(row.metric.name),
        "unit": clean(row.metric.unit),
        "kind": row.metric.kind.value,
        "direction": row.metric.direction.value,
        "verdict": row.verdict.value,
        "reason": clean(row.reason),
        "a": _finite(row.before),
        "b": _finite(row.after),
        "change_percent": _finite(row.change_percent),
        "low_percent": _finite(row.low_percent),
        "high_percent": _finite(row.high_percent),
        "would_have_shown_percent": _finite(row.detectable_percent),
        "more_blocks_needed": row.more_blocks,
        "blocks": row.blocks,
        "p_value": _finite(row.p_value),
        "severe": row.severe,
        "verdict_id": row.verdict_id,
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
