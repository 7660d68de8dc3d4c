"""`benchmarks`: what a campaign would measure."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

FACTORY = "def make(**parameters):\n    return lambda: None\n"
SUITE = "name: demo\n"
GOOD = """
benchmark:
  name: Sorting
  title: Sorts [bold]numbers[/bold]
  day: microbenchmarks
  component: lists
  tags: [tour, micro]
  workload: work.py:make
  parameters: {size: [10, 100]}
  targets: {ttft_ms: {target: 5}}
"""
EARLIER = "benchmark: {name: Zero, day: baseline, workload: 'work.py:make'}\n"
FAULTY = "benchmark: {name: Broken, day: someday, workload: 'work.py:make'}\n"


def register(perf: Run, root: Path, **files: str) -> None:
    """Write a suite of these benchmark files and make it the only one."""
    root.mkdir()
    (root / "suite.yaml").write_text(SUITE)
    (root / "work.py").write_text(FACTORY)
    for name, text in files.items():
        (root / f"{name}.yaml").write_text(text)
    perf("suite", "add", str(root))
    perf("suite", "remove", "builtin")


def test_the_list_is_in_the_order_of_a_campaign(perf: Run, tmp_path: Path) -> None:
    """Baseline first, a row each; titles have their place in JSON."""
    register(perf, tmp_path / "demo", a=GOOD, b=EARLIER)
    ended = perf("benchmarks")
    rows = [line.split() for line in ended.out.splitlines()]
    assert rows == [
        ["benchmark", "suite", "day", "component", "cases", "tags", "targets"],
        ["Zero", "demo", "baseline", "demo", "1"],
        ["Sorting", "demo", "microbenchmarks", "lists", "2", "tour", "micro", "ttft_ms"],
    ]
    assert (ended.code, ended.err) == (0, "")


def test_json_says_all_there_is(perf: Run, tmp_path: Path) -> None:
    """An object per benchmark, for other programs."""
    register(perf, tmp_path / "demo", a=GOOD)
    assert json.loads(perf("benchmarks", "--json").out) == [
        {
            "suite": "demo",
            "benchmark": "Sorting",
            "title": "Sorts [bold]numbers[/bold]",
            "day": "microbenchmarks",
            "component": "lists",
            "cases": 2,
            "tags": ["tour", "micro"],
            "targets": ["ttft_ms"],
            "fault": "",
        }
    ]


def test_a_benchmark_with_a_fault_is_listed_with_it(perf: Run, tmp_path: Path) -> None:
    """It is promised, and will be reported as not measured."""
    register(perf, tmp_path / "demo", a=FAULTY, b=EARLIER)
    ended = perf("benchmarks")
    assert "Broken cannot be measured: " in ended.out
    assert "someday" in ended.out
    assert "perf-pipeline check" in ended.err
    faults = {
        one["benchmark"]: one["fault"] for one in json.loads(perf("benchmarks", "--json").out)
    }
    assert faults["Zero"] == ""
    assert "someday" in faults["Broken"]


def test_one_suite_can_be_asked_for(perf: Run, tmp_path: Path) -> None:
    """By name, and the near name is suggested."""
    register(perf, tmp_path / "demo", a=EARLIER)
    assert "Zero" in perf("benchmarks", "--suite", "demo").out
    ended = perf("benchmarks", "--suite", "dmo")
    assert (ended.code, ended.out) == (2, "")
    assert "Did you mean demo?" in ended.err


def test_the_built_in_suite_is_there_without_any_registering(perf: Run) -> None:
    """Somebody who tries it has something to measure."""
    listed = json.loads(perf("benchmarks", "--json").out)
    assert {one["suite"] for one in listed} == {"builtin"}
    assert [one["fault"] for one in listed if one["fault"]] == []
