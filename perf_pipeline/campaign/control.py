"""The A/A control: the same code as two arms, through the very steps an A/B takes."""

from __future__ import annotations

import math
import random
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from perf_pipeline.analysis.trial_value import trial_value
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.measure.metrics import observations
from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.request import Draw, TrialRequest
from perf_pipeline.measure.trial import run_trial
from perf_pipeline.measure.trials import RunContext, draw_layout, layout, spin
from perf_pipeline.model import (
    BenchmarkRecord,
    Block,
    Case,
    Day,
    Observation,
    TrialStatus,
    short_hash,
)
from perf_pipeline.suite.benchmark import Benchmark, Profiling, Workload
from perf_pipeline.suite.built_in import ALWAYS

CANARY = Path(__file__).parent.parent / "measure" / "canary.py"
BLOCKS = 8
VALUES = 20
TIMEOUT_S = 60.0
COMPARISON = "control"


def run_control(campaign: Campaign) -> tuple[Block, ...]:
    """The blocks of this run's A/A comparison of the canary on CPU time; run and landed once.

    Block i runs A B when i is even and B A when it is odd; both arms of a block share hash seed,
    padding and heap shake. Arms are copies in folders with names of equal length. Empty on an
    unfit machine.
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
        arms = {name: _arm(folder / name) for name in ("a", "b")}
        spin()
        draw = random.Random(f"{campaign.context.seed}/{campaign.context.run_id}")  # noqa: S311
        found = [_block(campaign.context, arms, i, draw_layout(draw)) for i in range(BLOCKS)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    blocks = tuple(block for block in found if block is not None)
    if blocks:
        campaign.store.land_blocks(blocks)
    return blocks


def _arm(folder: Path) -> Benchmark:
    folder.mkdir()
    file = folder / CANARY.name
    shutil.copyfile(CANARY, file)
    return Benchmark(
        record=BenchmarkRecord(
            name="canary",
            title="A/A control",
            component="",
            day=Day.BASELINE,
            tags=(),
            owner="",
            threshold_percent=0.0,
            cases=(),
            metrics=ALWAYS,
            targets=(),
        ),
        category="canary",
        root=folder,
        source=file,
        line=1,
        workload=Workload("canary", file),
        command=(),
        service=None,
        load=None,
        budgets=(),
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


def _block(
    context: RunContext, arms: dict[str, Benchmark], number: int, draw: Draw
) -> Block | None:
    """One block, or None when an arm failed (it is not evidence of anything then)."""
    order = ("a", "b") if number % 2 == 0 else ("b", "a")
    outcomes = {name: run_trial(_request(arms[name], draw)) for name in order}
    values = {name: _cpu_ns(arms[name], outcome) for name, outcome in outcomes.items()}
    first, second = values["a"], values["b"]
    if not first or not second:
        return None
    return Block(
        block_id=short_hash(context.run_id, COMPARISON, str(number)),
        campaign_id=context.campaign_id,
        run_id=context.run_id,
        suite=context.suite,
        machine=context.machine,
        night=context.night,
        comparison=COMPARISON,
        benchmark="canary",
        case_id=short_hash("canary"),
        case_key=short_hash("canary"),
        metric="cpu_ns",
        unit="ns",
        number=number,
        first_arm=order[0],
        layout=layout(draw, outcomes["a"]),
        value_a=first,
        value_b=second,
        log_ratio=math.log(second / first),
        same_code=True,
        measured_at=datetime.now(UTC),
    )


def _request(arm: Benchmark, draw: Draw) -> TrialRequest:
    return TrialRequest(
        benchmark=arm,
        case=Case(short_hash("canary"), short_hash("canary"), "{}"),
        draw=draw,
        values=VALUES,
        warmups=3,
        duration_s=0.0,
        timeout_s=TIMEOUT_S,
    )


def _cpu_ns(arm: Benchmark, outcome: Outcome) -> float | None:
    if outcome.status is not TrialStatus.OK:
        return None
    return trial_value(_cpu_time(arm, outcome), outcome.duration_ns / 1e9).value


def _cpu_time(arm: Benchmark, outcome: Outcome) -> Observation:
    return next(one for one in observations(arm, outcome) if one.metric.name == "cpu_ns")
