"""`perf-pipeline benchmarks`: what a campaign would measure."""

from __future__ import annotations

import json

import click

from jobs.cli.choose import choose_suites
from jobs.cli.output import result, result_table, say
from perf_pipeline.home import find_home
from perf_pipeline.model import BenchmarkRecord, Day
from perf_pipeline.suite.benchmark import Suite

TITLES = ("benchmark", "suite", "day", "component", "cases", "tags", "targets")


@click.command()
@click.option(
    "--suite", "name", metavar="NAME", default="", help="Only the benchmarks of this suite."
)
@click.option("--json", "as_json", is_flag=True, help="A JSON list with an object per benchmark.")
def benchmarks(name: str, *, as_json: bool) -> None:
    """List the benchmarks of the registered suites.

    A benchmark with a fault is listed too: it is part of what a campaign promises.
    """
    suites = choose_suites(find_home(), name)
    listed = [(suite, record) for suite in suites for record in _records(suite)]
    if as_json:
        entries = [_entry(suite, record) for suite, record in listed]
        result(json.dumps(entries, indent=2, ensure_ascii=False))
        return
    result_table(TITLES, [_row(suite, record) for suite, record in listed])
    faulty = [record for _, record in listed if record.fault]
    for record in faulty:
        result(f"{record.name} cannot be measured: {record.fault}")
    if faulty:
        say("Every fault with its line: perf-pipeline check")


def _records(suite: Suite) -> list[BenchmarkRecord]:
    """In the order of a campaign."""
    records = [*(one.record for one in suite.benchmarks), *suite.invalid]
    return sorted(records, key=lambda record: list(Day).index(record.day))


def _entry(suite: Suite, record: BenchmarkRecord) -> dict[str, str | int | list[str]]:
    return {
        "suite": suite.name,
        "benchmark": record.name,
        "title": record.title,
        "day": record.day.value,
        "component": record.component,
        "cases": len(record.cases),
        "tags": list(record.tags),
        "targets": _target_metrics(record),
        "fault": record.fault,
    }


def _row(suite: Suite, record: BenchmarkRecord) -> tuple[str, ...]:
    return (
        record.name,
        suite.name,
        record.day.value,
        record.component,
        "fault" if record.fault else str(len(record.cases)),
        " ".join(record.tags),
        " ".join(_target_metrics(record)),
    )


def _target_metrics(record: BenchmarkRecord) -> list[str]:
    return list(dict.fromkeys(target.metric for target in record.targets))
