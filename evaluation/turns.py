"""What taking turns is worth: the spread of a block both ways, by turns and interleaved.

    .venv/bin/python -m evaluation.turns ~/ab --blocks 40

Equal code in both arms. A block in turns and a block of trials that run one after the other follow
each other, so that the machine is the same to both.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

import click

from evaluation.answers import WORKLOADS
from evaluation.conditions import TITLES, Condition, condition, setting
from evaluation.rates import markdown
from evaluation.recording import METRIC, arms_of, context
from perf_pipeline.analysis.robust import median_absolute_deviation
from perf_pipeline.campaign.ab.comparison import Settings, pace_for, rows_of
from perf_pipeline.measure.arm import Arms
from perf_pipeline.measure.blocks import draw_of, run_block
from perf_pipeline.measure.pace import Pace

Measured = tuple[list[float], list[float]]
"""Effects, and seconds, of blocks measured one way."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both ways; print the table and keep it."""
    asked = _options().parse_args(arguments)
    folder = Path(asked.folder).expanduser().resolve()
    chosen = Condition(asked.condition)
    head = setting()
    with condition(chosen):
        rows = [_row(folder, name, asked.blocks) for name in WORKLOADS]
    heads = (
        f"spread of a block, {TITLES[chosen]}",
        "one after the other",
        "in turns",
        "with what is far off: one after the other",
        "in turns",
        "s/block",
        "in turns",
    )
    text = f"{head}\n\n{markdown(heads, rows)}\n"
    (folder / f"turns-{chosen.value}.md").write_text(text, encoding="utf-8")
    click.echo(text)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("folder", help="where the copies of the workloads and the table are kept")
    parser.add_argument("--condition", choices=[one.value for one in Condition], default="idle")
    parser.add_argument("--blocks", type=int, default=40, help="of each workload, each way")
    return parser


def _row(folder: Path, name: str, blocks: int) -> tuple[str, ...]:
    arms = arms_of(folder, name)
    settings = Settings(context(folder, "turns"), name)
    pace = pace_for(arms, settings)
    ways = [replace(pace, turns=turns) for turns in (False, True)]
    found: list[Measured] = [([], []), ([], [])]
    for number in range(blocks):
        for way, (effects, seconds) in zip(ways, found, strict=True):
            effect, taken_s = _block(arms, settings, way, number)
            effects.append(effect)
            seconds.append(taken_s)
    click.echo(name, err=True)
    robust = [f"{100 * float(median_absolute_deviation(effects)):.2f} %" for effects, _ in found]
    plain = [f"{100 * stdev(effects):.1f} %" for effects, _ in found]
    taken = [f"{fmean(seconds):.2f}" for _, seconds in found]
    return (name, *robust, *plain, *taken)


def _block(arms: Arms, settings: Settings, pace: Pace, number: int) -> tuple[float, float]:
    outcome = run_block(arms, number, draw_of(settings.seed, number), pace)
    row = next(one for one in rows_of(arms, outcome, settings) if one.metric == METRIC)
    return row.effect or 0.0, outcome.duration_s


if __name__ == "__main__":
    sys.exit(main())
