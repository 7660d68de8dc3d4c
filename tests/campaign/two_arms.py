"""Two arms from two sources, as small benchmarks of their own."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from perf_pipeline.analysis.ab import AbRule
from perf_pipeline.campaign.ab.comparison import RuleFor, Settings
from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.pace import CaseCost
from perf_pipeline.measure.trials import RunContext
from perf_pipeline.model import (
    BenchmarkRecord,
    CampaignKind,
    Case,
    Day,
    MetricDefinition,
    MetricKind,
)
from perf_pipeline.suite.benchmark import Benchmark, Budget, BudgetName, Profiling, Workload
from perf_pipeline.suite.built_in import ALWAYS

SPIN = """
def work(size=2_000):
    return sum(i * i for i in range(size))
"""
"""A fraction of a millisecond of CPU time."""


def benchmark(folder: Path, **changes: object) -> Benchmark:
    """The factory `make` in `work.py` of a folder."""
    metrics = changes.pop("metrics", ())
    record = BenchmarkRecord(
        name="Toy",
        title="Toy",
        component="toy",
        day=Day.MICROBENCHMARKS,
        tags=(),
        owner="",
        threshold_percent=10,
        cases=(),
        metrics=ALWAYS + metrics,  # type: ignore[operator]  # definitions
        targets=(),
    )
    plain = Benchmark(
        record=record,
        category="toy",
        root=folder,
        source=folder / "toy.yaml",
        line=1,
        workload=Workload("make", folder / "work.py"),
        command=(),
        service=None,
        load=None,
        budgets=tuple(
            Budget(one, trials=5, values=20, warmups=3, duration_s=0, timeout_s=20, case_ids=())
            for one in BudgetName
        ),
        python=Path(sys.executable),
        environment_set=(),
        environment_passed=(),
        requires=(),
        profiling=Profiling("", 0, 0.0),
        regression_enabled=True,
        min_iterations=3,
        include_traces=False,
        save_artifacts=False,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # what a test names


def two_arms(place: Path, source_a: str, source_b: str | None = None, **changes: object) -> Arms:
    """Arms in folders `a` and `b`, of the source given; without a second one both are equal."""
    parameters = json.dumps(changes.pop("parameters", {}))
    sides = {}
    folders = {"a": place / "a", "b": place / "b"}
    for name, source in (("a", source_a), ("b", source_b or source_a)):
        folders[name].mkdir(parents=True, exist_ok=True)
        (folders[name] / "work.py").write_text(source, "utf-8")
        sides[name] = Arm(
            label=f"revision {name}",
            benchmark=benchmark(folders[name], **changes),
            case=Case("case", "key", parameters),
            root=folders[name],
            foreign=(folders["b" if name == "a" else "a"],),
        )
    return Arms(sides["a"], sides["b"])


def settings(**changes: object) -> Settings:
    """A comparison of no campaign; the cost is given, so that no trial has to find it out."""
    context = RunContext(
        campaign_id="suite-bench-2026-01-01-1",
        run_id="run-1",
        suite="suite",
        machine="bench",
        night=date(2026, 1, 1),
        kind=CampaignKind.AD_HOC,
        budget=BudgetName.QUICK,
        seed=1,
        revision="",
        artifacts=Path("/nowhere"),
    )
    plain = Settings(context, "comparison", cost=CaseCost(0.05, 0.002, loops=2))
    return replace(plain, **changes)  # type: ignore[arg-type]  # what a test names


def blocks(count: int, **changes: float) -> RuleFor:
    """Exactly so many blocks, judged once."""

    def rule(_: MetricDefinition) -> AbRule:
        looks = {"first_look": count, "most_blocks": count, **changes}
        return replace(AbRule(), **looks)  # type: ignore[arg-type]  # figures

    return rule


def value(kind: MetricKind, **changes: object) -> MetricDefinition:
    """A metric called `value` that is looked at for changes."""
    plain = MetricDefinition("value", "items", kind=kind, judged=True)
    return replace(plain, **changes)  # type: ignore[arg-type]  # what a test names
