"""Campaigns on unchanged code, then one with a planted slowdown: which series are suspected?

Run by hand, in the background; a broken-off evaluation goes on where it stopped:

    .venv/bin/python evaluation/nights.py ~/nights --plant CompressionMicro

A night is simulated by the next campaign of the same date: a history is ordered by night, then by
number. What is measured is a copy of the built-in suite, so that the plant changes nothing else.
"""

from __future__ import annotations

import argparse
import inspect
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import yaml

from jobs.wiring import open_store
from perf_pipeline.home import Home
from perf_pipeline.measure.machine import machine_name
from perf_pipeline.model import RunRecord, State, Subject, TrialStatus, Verdict, VerdictRecord
from perf_pipeline.suite.read import read_suite
from perf_pipeline.suite.registry import BUILT_IN_SUITE
from warehouse.store import WarehouseStore

MOST_SUSPECTED_BEFORE = 0.05
"""Share of the judged series that may be suspected on unchanged code."""
MARK = "# Planted by evaluation/nights.py:"
PLANT = """

{mark} half of the CPU time of each call once more.
_unplanted_{factory} = {factory}


def {factory}(**parameters):  # noqa: F811
    import time

    call = _unplanted_{factory}(**parameters)

    def planted():
        began_ns = time.process_time_ns()
        result = call()
        ended_ns = time.process_time_ns()
        while time.process_time_ns() - ended_ns < (ended_ns - began_ns) / 2:
            pass
        return result

    return planted
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is evaluated: so many campaigns on unchanged code, then one with the plant."""

    home: Home
    suite: Path
    plant: str
    unchanged: int
    tags: tuple[str, ...]
    budget: str


@dataclass(frozen=True, slots=True)
class Night:
    """What one campaign said of its series."""

    campaign_id: str
    planted: bool
    benchmarks: int
    judged: int
    suspected: tuple[VerdictRecord, ...]
    sentence: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing, print and keep the table; 0 if everything came out as it should."""
    asked = _options().parse_args(arguments)
    folder = Path(asked.folder).expanduser().resolve()
    plan = Plan(
        home=Home(folder / "home"),
        suite=folder / "suite",
        plant=asked.plant,
        unchanged=asked.unchanged,
        tags=tuple(asked.tag or ["tour"]),
        budget=asked.budget,
    )
    prepare(plan)
    for number in range(plan.unchanged + 1):
        measure(plan, number)
    nights = read_nights(plan)
    faults = judge(plan, nights)
    text = f"{table(nights)}\n\n{suspects(plan, nights[-1])}\n\n{verdict(faults)}\n"
    (folder / "nights.md").write_text(text, encoding="utf-8")
    click.echo(text)
    return 1 if faults else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.getdoc(sys.modules[__name__]))
    parser.add_argument("folder", help="where everything is kept; its own home, its own suite")
    parser.add_argument("--plant", default="CompressionMicro", help="the benchmark slowed by half")
    parser.add_argument("--unchanged", type=int, default=8, help="campaigns before the plant")
    parser.add_argument("--tag", action="append", help="benchmarks with this tag (default: tour)")
    parser.add_argument("--budget", default="quick")
    return parser


def prepare(plan: Plan) -> None:
    """Copy the suite, once, and register the copy alone."""
    if not plan.suite.exists():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(BUILT_IN_SUITE, plan.suite, ignore=ignored)
    plan.home.root.mkdir(parents=True, exist_ok=True)
    plan.home.suites.write_text(yaml.safe_dump({"suites": [str(plan.suite)]}), encoding="utf-8")


def measure(plan: Plan, number: int) -> None:
    """Run the campaign of that number, or go on with it, unless it has reached its verdict."""
    known = _campaigns(plan)
    if number < len(known) and _sentence(open_store(plan.home), known[number]):
        return
    if number == plan.unchanged:
        plant(plan)
    command = [str(Path(sys.executable).with_name("perf-pipeline")), "run"]
    if number < len(known):
        command += ["--resume", known[number]]
    command += ["--budget", plan.budget, "--seed", str(number)]
    command += [word for tag in plan.tags for word in ("--tag", tag)]
    environment = {**os.environ, "PERF_HOME": str(plan.home.root)}
    click.echo(f"campaign {number + 1} of {plan.unchanged + 1}", err=True)
    subprocess.run(command, env=environment, check=False)
    if not _sentence(open_store(plan.home), _campaigns(plan)[number]):
        sys.exit("It did not reach its verdict; run this again to go on with it.")


def plant(plan: Plan) -> None:
    """Append a slower factory of the same name to the workload's file in the copy, once."""
    planted = next(one for one in read_suite(plan.suite).benchmarks if one.name == plan.plant)
    if planted.workload is None or planted.workload.file is None:
        sys.exit(f"{plan.plant} has no workload in a file; nothing can be planted there.")
    source = planted.workload.file.read_text(encoding="utf-8")
    if MARK not in source:
        text = PLANT.format(mark=MARK, factory=planted.workload.factory)
        planted.workload.file.write_text(source + text, encoding="utf-8")


def read_nights(plan: Plan) -> list[Night]:
    """What every campaign said, in order."""
    store = open_store(plan.home)
    return [
        _night(store, campaign_id, planted=number == plan.unchanged)
        for number, campaign_id in enumerate(_campaigns(plan)[: plan.unchanged + 1])
    ]


def judge(plan: Plan, nights: Sequence[Night]) -> list[str]:
    """What came out otherwise than it should, one sentence each."""
    faults = []
    judged = sum(night.judged for night in nights[:-1])
    early = sum(len(night.suspected) for night in nights[:-1])
    if early > MOST_SUSPECTED_BEFORE * judged:
        faults.append(f"{early} of {judged} series were suspected on unchanged code")
    found = {(one.benchmark, one.case_id) for one in nights[-1].suspected}
    planted = {(plan.plant, case_id) for case_id in _cases(plan, nights[-1])}
    if missed := planted - found:
        faults.append(f"{len(missed)} of {len(planted)} planted cases were not suspected")
    if wrong := {name for name, _ in found - planted}:
        faults.append(f"suspected without a plant: {', '.join(sorted(wrong))}")
    return faults


def table(nights: Sequence[Night]) -> str:
    """A Markdown table, a row for each campaign."""
    lines = [
        "| campaign | code | benchmarks ok | series judged | suspected | said |",
        "|-|-|-:|-:|-:|-|",
    ]
    lines += [
        f"| {number} | {'planted' if night.planted else 'unchanged'} | {night.benchmarks} "
        f"| {night.judged} | {len(night.suspected)} | {night.sentence} |"
        for number, night in enumerate(nights, 1)
    ]
    return "\n".join(lines)


def suspects(plan: Plan, night: Night) -> str:
    """A Markdown table of what the last campaign suspects."""
    parameters = _parameters(plan, night)
    lines = ["| suspected | case | metric | change | planted |", "|-|-|-|-:|-|"]
    lines += [
        f"| {one.benchmark} | {parameters[one.case_id]} | {one.metric} "
        f"| {one.change_percent or 0:+.1f} % | {'yes' if one.benchmark == plan.plant else 'no'} |"
        for one in night.suspected
    ]
    return "\n".join(lines)


def verdict(faults: Sequence[str]) -> str:
    """The outcome in a sentence."""
    if faults:
        return f"Not as it should be: {'; '.join(faults)}."
    return "Exactly the planted cases are suspected."


def _campaigns(plan: Plan) -> tuple[str, ...]:
    suite = read_suite(plan.suite).name
    return open_store(plan.home).campaigns(suite, machine_name())


def _sentence(store: WarehouseStore, campaign_id: str) -> str:
    said = store.verdicts(campaign_id)
    return next((one.reason for one in said if one.subject is Subject.CAMPAIGN), "")


def _night(store: WarehouseStore, campaign_id: str, *, planted: bool) -> Night:
    changes = [one for one in store.verdicts(campaign_id) if one.subject is Subject.CHANGE]
    suspected = tuple(one for one in changes if one.state is not State.NONE)
    unchanged = sum(one.verdict is Verdict.UNCHANGED for one in changes)
    names = [one.name for one in _start(store, campaign_id).benchmarks]
    attempts = [attempt for name in names for attempt in store.attempts(campaign_id, name)]
    return Night(
        campaign_id=campaign_id,
        planted=planted,
        benchmarks=sum(one.status is TrialStatus.OK for one in attempts),
        judged=unchanged + len(suspected),
        suspected=suspected,
        sentence=_sentence(store, campaign_id),
    )


def _start(store: WarehouseStore, campaign_id: str) -> RunRecord:
    return store.runs(campaign_id)[0]


def _cases(plan: Plan, night: Night) -> list[str]:
    records = _start(open_store(plan.home), night.campaign_id).benchmarks
    planted = next(one for one in records if one.name == plan.plant)
    return [case.case_id for case in planted.cases if case.in_budget]


def _parameters(plan: Plan, night: Night) -> dict[str, str]:
    records = _start(open_store(plan.home), night.campaign_id).benchmarks
    return {case.case_id: case.label for one in records for case in one.cases}


if __name__ == "__main__":
    sys.exit(main())
