"""The A/A control: the same code as two arms, blind, through the engine of every A/B."""

from __future__ import annotations

import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from perf_pipeline.analysis.ab import AbRule
from perf_pipeline.campaign.ab.comparison import Settings, compare
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.model import BenchmarkRecord, Block, Case, Day, MetricDefinition, short_hash
from perf_pipeline.suite.benchmark import Benchmark, Budget, BudgetName, Profiling, Workload
from perf_pipeline.suite.built_in import ALWAYS

CANARY = Path(__file__).parent.parent / "measure" / "canary.py"
BLOCKS = 8
TIMEOUT_S = 60.0
COMPARISON = "control"
METRIC = "cpu_ns"


def run_control(campaign: Campaign) -> tuple[Block, ...]:
    """The blocks of this run's A/A comparison of the canary on CPU time; run and landed once.

    Arms are copies in folders with names of equal length. Empty on an unfit machine.
    """
    if not campaign.record.fit:
        return ()
    landed = tuple(
        block
        for block in campaign.store.blocks(campaign.campaign_id)
        if (block.comparison, block.run_id) == (COMPARISON, campaign.context.run_id)
    )
    return landed or _compare(campaign)


def _compare(campaign: Campaign) -> tuple[Block, ...]:
    folder = Path(tempfile.mkdtemp(prefix="perf-control-"))
    try:
        a, b = folder / "a", folder / "b"
        arms = Arms(_arm(a, b), _arm(b, a), same_asked=True)
        found = compare(arms, _rule, Settings(campaign.context, COMPARISON))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if found.blocks:
        campaign.store.land_blocks(found.blocks)
    return found.blocks


def _rule(_: MetricDefinition) -> AbRule:
    """All blocks, whatever they show."""
    return AbRule(first_look=BLOCKS, most_blocks=BLOCKS)


def _arm(folder: Path, other: Path) -> Arm:
    folder.mkdir()
    file = folder / CANARY.name
    shutil.copyfile(CANARY, file)
    name = short_hash(CANARY.stem)
    return Arm(
        label=folder.name,
        benchmark=_benchmark(folder, file),
        case=Case(name, name, "{}"),
        root=folder,
        foreign=(other,),
    )


def _benchmark(folder: Path, file: Path) -> Benchmark:
    return Benchmark(
        record=BenchmarkRecord(
            name=CANARY.stem,
            title="A/A control",
            component="",
            day=Day.BASELINE,
            tags=(),
            owner="",
            threshold_percent=0.0,
            cases=(),
            metrics=tuple(replace(one, judged=one.name == METRIC) for one in ALWAYS),
            targets=(),
        ),
        category=CANARY.stem,
        root=folder,
        source=file,
        line=1,
        workload=Workload(CANARY.stem, file),
        command=(),
        service=None,
        load=None,
        budgets=tuple(
            Budget(
                one, trials=1, values=20, warmups=3, duration_s=0, timeout_s=TIMEOUT_S, case_ids=()
            )
            for one in BudgetName
        ),
        python=Path(sys.executable),
        environment_set=(),
        environment_passed=(),
        requires=(),
        profiling=Profiling("", 0, 0.0),
        regression_enabled=False,
        min_iterations=0,
        include_traces=False,
        save_artifacts=False,
    )
