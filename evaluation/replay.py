"""Recorded A/A blocks, replayed: false alarms, power, coverage and cost of the A/B rule.

    .venv/bin/python -m evaluation.replay evaluation/recorded

Every contiguous window of a recording is one comparison as it would have run at that moment; a
change is put into it by multiplying arm B. Windows overlap: rates are over all of them, what n
proves is computed from all and is too narrow by that much. So the comparisons in a row are counted
beside: each begins at the block after the last one's end, as real ones would have, and none shares
a block with another.
"""

from __future__ import annotations

import argparse
import inspect
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

import click

from evaluation.conditions import TITLES, Condition
from evaluation.rates import Rate, markdown, rate
from evaluation.recording import Recording, recordings
from perf_pipeline.analysis.ab import AbResult, AbRule, Shift, judge_ab

PLANTS_PERCENT = (0.0, 1.0, 2.0, 3.0, 5.0)


@dataclass(frozen=True, slots=True)
class Replayed:
    """All windows of one recording at one planted change."""

    workload: str
    truth: float
    results: tuple[AbResult, ...]
    row: tuple[AbResult, ...]
    """Comparisons in a row, of which none shares a block with another."""
    block_s: float

    @property
    def found(self) -> Rate:
        """Windows called different in the right direction."""
        return rate(one.shift is Shift.HIGHER for one in self.results)

    @property
    def alarms(self) -> Rate:
        """Windows called different at all."""
        return rate(one.shift in {Shift.HIGHER, Shift.LOWER} for one in self.results)

    @property
    def row_called(self) -> Rate:
        """Comparisons in a row called different at all."""
        return rate(one.shift in {Shift.HIGHER, Shift.LOWER} for one in self.row)

    @property
    def equal(self) -> Rate:
        """Windows called equal."""
        return rate(one.shift is Shift.EQUAL for one in self.results)

    @property
    def covered(self) -> Rate:
        """Final intervals that hold the truth."""
        return rate(holds(one, self.truth) for one in self.results)

    @property
    def covered_alerts(self) -> Rate:
        """The same among those called different."""
        called = [one for one in self.results if one.shift is Shift.HIGHER]
        return rate(holds(one, self.truth) for one in called)

    @property
    def blocks(self) -> float:
        """Blocks a window took, on average."""
        return fmean(one.n for one in self.results)


def holds(result: AbResult, truth: float) -> bool:
    """Whether the interval holds the truth."""
    if result.low is None or result.high is None:
        return False
    return result.low <= truth <= result.high


def run(effects: Sequence[float], rule: AbRule) -> AbResult:
    """One comparison: looked at as the engine does, stopped when it is final."""
    for n in range(rule.first_look, rule.most_blocks + 1, rule.step):
        result = judge_ab(effects[:n], rule)
        if result.is_final:
            return result
    return judge_ab(effects[: rule.most_blocks], rule)


def in_a_row(effects: Sequence[float], rule: AbRule) -> Iterator[AbResult]:
    """Comparisons one after the other; what is left of the last one is too short for another."""
    start = 0
    while start + rule.most_blocks <= len(effects):
        result = run(effects[start : start + rule.most_blocks], rule)
        yield result
        start += result.n


def replay(recording: Recording, percent: float, rule: AbRule, stride: int = 1) -> Replayed:
    """Every window of a recording with a change multiplied into arm B."""
    truth = math.log1p(percent / 100)
    effects = [effect + truth for effect in recording.effects]
    starts = range(0, len(effects) - rule.most_blocks + 1, stride)
    results = tuple(run(effects[start : start + rule.most_blocks], rule) for start in starts)
    row = tuple(in_a_row(effects, rule))
    return Replayed(recording.workload, truth, results, row, recording.block_s)


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay what a folder holds; print the tables and keep them there."""
    asked = _options().parse_args(arguments)
    folder = Path(asked.folder).expanduser().resolve()
    rule = AbRule()
    fine = AbRule(resolve=math.log(1.01), most_blocks=asked.fine_blocks)
    texts = []
    for one in Condition:
        said, known = recordings(folder, one)
        if known:
            texts += [said, _tables(one, known, rule, fine, asked.stride)]
    text = "\n\n".join(texts) + "\n"
    (folder / "replay.md").write_text(text, encoding="utf-8")
    click.echo(text)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("folder", help="what evaluation.recording wrote")
    parser.add_argument("--stride", type=int, default=1, help="blocks from window to window")
    parser.add_argument("--fine-blocks", type=int, default=400, help="cap with --resolve 1%%")
    return parser


def _tables(
    asked: Condition, known: Sequence[Recording], rule: AbRule, fine: AbRule, stride: int
) -> str:
    parts = [f"### {TITLES[asked].capitalize()}", _recorded(known)]
    parts += [
        _table(f"{percent:+g} %", [replay(one, percent, rule, stride) for one in known])
        for percent in PLANTS_PERCENT
    ]
    one_percent = [
        replay(one, 1.0, fine, stride) for one in known if len(one.effects) >= fine.most_blocks
    ]
    if one_percent:
        parts.append(_table(f"+1 % with `--resolve 1%`, cap {fine.most_blocks}", one_percent))
    return "\n\n".join(parts)


def _recorded(known: Sequence[Recording]) -> str:
    heads = (
        "recorded",
        "blocks",
        "spread of a block",
        "off by over 10 %",
        "others' CPU",
        "s/block",
    )
    rows = (
        (
            one.workload,
            f"{len(one.effects):,}",
            f"{100 * one.spread:.2f} %",
            str(rate(abs(effect) > 0.1 for effect in one.effects)),
            f"{100 * median(one.neighbour):.0f} %",
            f"{one.block_s:.2f}",
        )
        for one in known
    )
    return markdown(heads, rows)


def _table(title: str, found: Sequence[Replayed]) -> str:
    heads = (
        title,
        "called slower",
        "called different",
        "called equal",
        "interval holds",
        "among alerts",
        "called different, in a row",
        "blocks",
        "seconds",
    )
    rows = [
        (
            one.workload,
            one.found,
            one.alarms,
            one.equal,
            one.covered,
            one.covered_alerts,
            one.row_called,
            f"{one.blocks:.1f}",
            f"{one.blocks * one.block_s:.1f}",
        )
        for one in found
    ]
    return markdown(heads, [*rows, _total(found)])


def _total(found: Sequence[Replayed]) -> tuple[object, ...]:
    return (
        "all",
        *(
            _sum(getattr(one, name) for one in found)
            for name in ("found", "alarms", "equal", "covered", "covered_alerts", "row_called")
        ),
        f"{fmean(one.blocks for one in found):.1f}",
        f"{fmean(one.blocks * one.block_s for one in found):.1f}",
    )


def _sum(rates: Iterable[Rate]) -> Rate:
    listed = list(rates)
    return Rate(sum(one.count for one in listed), sum(one.total for one in listed))


if __name__ == "__main__":
    sys.exit(main())
