"""One comparison asked of every tool, in turns, and the answers kept line by line."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median

import click

from evaluation import peers
from evaluation.conditions import Condition
from evaluation.peers import Answer
from evaluation.rates import markdown, rate
from evaluation.recording import arms_of, context
from perf_pipeline.analysis.ab import Shift
from perf_pipeline.campaign.ab.comparison import Settings, compare, usual_rules

OURS = "perf-pipeline compare"
WORKLOADS = {
    "Python": "python",
    "NumPy": "numpy",
    "Json": "to_json",
    "Asyncio": "tasks",
    "Sqlite": "sqlite",
    "Zstandard": "zstandard",
}
"""Benchmarks of `evaluation/suite` and their factories."""
Tool = Callable[[str, int], list[Answer]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, to which comparison; `extra` thousandths were planted in B."""

    number: int
    workload: str
    extra: int
    answer: Answer


def ask(folder: Path, asked: Condition, extra: int, times: int, *, alone: bool = False) -> Path:
    """Ask all tools about so many pairs of arms; what was asked already is not asked again.

    Workloads take turns, and within a pair the tools, so that a drift of the machine falls on all
    alike.

    Returns:
        The file with the answers, a JSON object a line.
    """
    file = folder / "answers" / f"{asked.value}-{extra}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    done = {(one.number, one.answer.tool) for one in read(file)}
    tools = [_ours(folder), *([] if alone else _theirs(folder))]
    for number in range(times):
        workload = list(WORKLOADS)[number % len(WORKLOADS)]
        for tool in tools[number % len(tools) :] + tools[: number % len(tools)]:
            if (number, tool.__name__) in done:
                continue
            for answer in tool(workload, extra):
                _keep(file, Kept(number, workload, extra, answer))
            _keep(file, Kept(number, workload, extra, Answer(tool.__name__, False, 0.0, 0.0)))
            click.echo(f"{asked.value} {extra}: {number + 1} of {times} {tool.__name__}", err=True)
    return file


def read(file: Path) -> list[Kept]:
    """The answers in a file; none if there is no such file."""
    if not file.exists():
        return []
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [
        Kept(row["number"], row["workload"], row["extra"], Answer(**row["answer"])) for row in rows
    ]


def table(title: str, kept: Iterable[Kept], truth_percent: float) -> str:
    """A row for each tool."""
    answers: dict[str, list[Answer]] = {}
    for one in kept:
        if one.answer.duration_s:
            answers.setdefault(one.answer.tool, []).append(one.answer)
    heads = (title, "called different", "estimate off by (mean)", "worst", "seconds (median)")
    rows = [
        (
            tool,
            rate(one.differs for one in given),
            f"{fmean(abs(one.change_percent - truth_percent) for one in given):.2f} %",
            f"{max(abs(one.change_percent - truth_percent) for one in given):.1f} %",
            f"{median(one.duration_s for one in given):.1f}",
        )
        for tool, given in answers.items()
    ]
    return markdown(heads, rows)


def _keep(file: Path, one: Kept) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(one)) + "\n")


def _ours(folder: Path) -> Tool:
    def ours(workload: str, extra: int) -> list[Answer]:
        arms = arms_of(folder, workload, extra)
        settings = Settings(context(folder, "answers"), f"{workload}-{extra}")
        found = compare(arms, usual_rules(), settings)
        if found.refusal:
            raise RuntimeError(found.refusal)
        cpu = next(one for one in found.results if one.metric.name == "cpu_ns")
        differs = any(
            one.ab.shift in {Shift.HIGHER, Shift.LOWER} and not one.withheld
            for one in found.results
        )
        change = 100 * math.expm1(cpu.ab.estimate or 0.0)
        return [Answer(OURS, differs, change, found.duration_s)]

    return ours


def _theirs(folder: Path) -> Sequence[Tool]:
    python = peers.prepare(folder)
    place = folder / "peers" / "work"
    place.mkdir(exist_ok=True)
    return [_peer(python, place, peer) for peer in peers.PEERS]


def _peer(python: Path, place: Path, peer: Callable[[Path, Path, str, int], list[Answer]]) -> Tool:
    def theirs(workload: str, extra: int) -> list[Answer]:
        return peer(python, place, WORKLOADS[workload], extra)

    theirs.__name__ = peer.__name__
    return theirs
