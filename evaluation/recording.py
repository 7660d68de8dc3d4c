"""Record consecutive A/A blocks of six workloads, once, so that rules can be tried on them.

Run by hand, in the background; a broken-off recording goes on where it stopped:

    .venv/bin/python -m evaluation.recording ~/ab --condition idle --blocks 600

Both arms are copies of `evaluation/suite`. A chunk of blocks is landed as one comparison. What the
replay needs of them is written beside, as `idle.parquet`; those of `evaluation/recorded` were
written so.
"""

from __future__ import annotations

import argparse
import inspect
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

import click
import pyarrow as pa
import pyarrow.parquet as pq

from evaluation.conditions import Condition, condition, setting
from jobs.wiring import open_store
from perf_pipeline.analysis.robust import median_absolute_deviation
from perf_pipeline.campaign.ab.comparison import Settings, pace_for, rows_of
from perf_pipeline.home import Home
from perf_pipeline.measure.arm import Arm, Arms
from perf_pipeline.measure.blocks import draw_of, run_block
from perf_pipeline.measure.machine import machine_name
from perf_pipeline.measure.pace import Pace
from perf_pipeline.measure.trials import RunContext, spin
from perf_pipeline.model import Block, CampaignKind, Case, canonical_parameters
from perf_pipeline.suite.benchmark import Benchmark, BudgetName
from perf_pipeline.suite.read import read_suite

SUITE = Path(__file__).parent / "suite"
CHUNK = 60
METRIC = "cpu_ns"
SETTING = b"setting"
"""Under this key a file says machine, load and versions."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Consecutive blocks of one workload under one condition; effects are ln(B/A) of CPU time."""

    workload: str
    effects: tuple[float, ...]
    neighbour: tuple[float, ...]
    block_s: float

    @property
    def spread(self) -> float:
        """Robust standard deviation of a block."""
        return float(median_absolute_deviation(self.effects))


def recordings(folder: Path, asked: Condition) -> tuple[str, list[Recording]]:
    """Where and when one condition was recorded, and what, by workload; nothing if it was not."""
    file = folder / f"{asked.value}.parquet"
    if not file.exists():
        return "", []
    table = pq.read_table(file)
    rows = table.to_pylist()
    names = sorted({row["workload"] for row in rows})
    said = (table.schema.metadata or {}).get(SETTING, b"").decode()
    return said, [
        _recording(name, [row for row in rows if row["workload"] == name]) for name in names
    ]


def _recording(name: str, rows: Sequence[dict[str, float]]) -> Recording:
    return Recording(
        workload=name,
        effects=tuple(row["effect"] for row in rows),
        neighbour=tuple(row["neighbour"] for row in rows),
        block_s=fmean(row["duration_s"] for row in rows),
    )


def keep(folder: Path, asked: Condition, said: str) -> None:
    """Write the landed blocks of a condition as the replay reads them, in the order measured."""
    blocks = open_store(Home(folder / "home")).blocks(_campaign(asked))
    mine = sorted(
        (block for block in blocks if block.metric == METRIC), key=lambda one: one.measured_at
    )
    columns = {
        "workload": pa.array([one.benchmark for one in mine]).dictionary_encode(),
        "effect": pa.array([one.effect for one in mine], pa.float64()),
        "neighbour": pa.array([one.neighbour for one in mine], pa.float32()),
        "duration_s": pa.array([one.duration_s for one in mine], pa.float32()),
    }
    table = pa.table(columns).replace_schema_metadata({SETTING: said})
    pq.write_table(table, folder / f"{asked.value}.parquet", compression="zstd")


def main(arguments: Sequence[str] | None = None) -> int:
    """Record what is missing."""
    asked = _options().parse_args(arguments)
    folder = Path(asked.folder).expanduser().resolve()
    chosen = Condition(asked.condition)
    said = setting()
    with condition(chosen):
        for benchmark in copies(folder)[0]:
            record(folder, chosen, benchmark, asked.blocks)
    keep(folder, chosen, said)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("folder", help="where blocks are landed")
    parser.add_argument("--condition", choices=[one.value for one in Condition], default="idle")
    parser.add_argument("--blocks", type=int, default=600, help="of each workload")
    return parser


def copies(folder: Path) -> tuple[tuple[Benchmark, ...], tuple[Benchmark, ...]]:
    """The benchmarks of both copies of the suite, in folders with names of equal length."""
    for name in ("a", "b"):
        place = folder / "arms" / name
        if not place.exists():
            shutil.copytree(SUITE, place, ignore=shutil.ignore_patterns("__pycache__"))
    first, second = (read_suite(folder / "arms" / name).benchmarks for name in ("a", "b"))
    return first, second


def arms_of(folder: Path, name: str, extra_b: int = 0) -> Arms:
    """A workload in both copies; `extra_b` thousandths of its work are planted in B."""
    first, second = copies(folder)
    a, b = (next(one for one in side if one.name == name) for side in (first, second))
    return Arms(
        a=_arm("A", a, 0),
        b=_arm("B", b, extra_b),
        same_asked=True,
    )


def _arm(label: str, benchmark: Benchmark, extra: int) -> Arm:
    case = benchmark.record.cases[0]
    parameters = canonical_parameters({"extra": extra})
    return Arm(
        label=label,
        benchmark=benchmark,
        case=Case(case.case_id, case.case_key, parameters),
        root=benchmark.root,
    )


def record(folder: Path, asked: Condition, benchmark: Benchmark, blocks: int) -> None:
    """Land chunk by chunk until so many blocks of a workload are there."""
    store = open_store(Home(folder / "home"))
    arms = arms_of(folder, benchmark.name)
    landed = {block.comparison for block in store.blocks(_campaign(asked))}
    pace: Pace | None = None
    for number in range(-(-blocks // CHUNK)):
        comparison = f"{benchmark.name}-{number:03d}"
        if comparison in landed:
            continue
        settings = Settings(context(folder, _campaign(asked)), comparison)
        spin()
        pace = pace or pace_for(arms, settings)
        store.land_blocks(_chunk(arms, settings, pace))
        click.echo(f"{asked.value} {comparison}", err=True)


def _chunk(arms: Arms, settings: Settings, pace: Pace) -> list[Block]:
    rows: list[Block] = []
    for number in range(CHUNK):
        outcome = run_block(arms, number, draw_of(settings.comparison_id, number), pace)
        if not outcome.is_ok:
            sys.exit(f"A trial failed: {outcome.a.message or outcome.b.message}")
        rows += rows_of(arms, outcome, settings)
    return rows


def context(folder: Path, campaign: str) -> RunContext:
    """What the landed rows carry; there is no campaign, so its name is that of the evaluation."""
    now = datetime.now(UTC)
    return RunContext(
        campaign_id=campaign,
        run_id=f"{now:%Y%m%dT%H%M%S}",
        suite="evaluation",
        machine=machine_name(),
        night=now.date(),
        kind=CampaignKind.AD_HOC,
        budget=BudgetName.QUICK,
        seed=0,
        revision="",
        artifacts=folder / "artifacts",
    )


def _campaign(asked: Condition) -> str:
    return f"recording-{asked.value}"


if __name__ == "__main__":
    sys.exit(main())
