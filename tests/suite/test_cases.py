"""Cases, their ids, and the keys that tie their history together."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from perf_pipeline.model import short_hash
from perf_pipeline.suite.benchmark import BudgetName, Suite
from perf_pipeline.suite.read import read_suite

PLAIN = """
    benchmark:
      name: A
      workload: work.py:make
      parameters: {size: [1, 2], mode: [fast, safe]}
    """
SERVED = """
    benchmark:
      name: A
      service: {command: "serve {port}"}
      load: {levels: [5], duration: 9, requests: [{path: /a}]}
    """


@pytest.fixture
def keys(read_one: Callable[[str], Suite]) -> Callable[[str], list[str]]:
    """The case keys of the one benchmark of a text."""

    def read_keys(text: str) -> list[str]:
        suite = read_one(text)
        assert suite.faults == ()
        return [case.case_key for case in suite.benchmarks[0].record.cases]

    return read_keys


def test_the_grid_is_expanded_in_the_authors_order(read_one: Callable[[str], Suite]) -> None:
    """The last parameter changes fastest."""
    (benchmark,) = read_one(PLAIN).benchmarks
    assert [case.label for case in benchmark.record.cases] == [
        "size=1 mode=fast",
        "size=1 mode=safe",
        "size=2 mode=fast",
        "size=2 mode=safe",
    ]
    ordered = json.dumps({"mode": "fast", "size": 1})
    assert benchmark.record.cases[0].case_id == short_hash("demo", "A", ordered)


def test_keys_stay_for_ever(keys: Callable[[str], list[str]]) -> None:
    """Whatever changes in the code, histories go on: these keys must never change."""
    assert keys(PLAIN)[0] == "965720fd2ac7"
    assert keys(SERVED)[0] == "3b18ffdda47a"


SAME_QUESTION = [
    ("workload: work.py:make", "workload: ./work.py:make"),
    ("name: A", "name: A\n      title: other\n      description: words\n      owner: me"),
    ("name: A", "name: A\n      component: other\n      day: baseline\n      tags: [x]"),
    ("name: A", "name: A\n      python: 3.9"),
    ("name: A", "name: A\n      targets: {a_ms: {target: 3}}\n      metrics: {b_ms: {}}"),
    ("name: A", "name: A\n      budgets: {quick: {trials: 3}}\n      requires: [{program: x}]"),
    ("name: A", "name: A\n      profiling: {enabled: false}\n      regression: {enabled: false}"),
    ("name: A", "name: B\n      renamed_from: A"),
    ("name: A", "name: C\n      renamed_from: [A, B]"),
    ("size: [1, 2], mode: [fast, safe]", "mode: [fast], size: [1]"),
]


@pytest.mark.parametrize(("old", "new"), SAME_QUESTION)
def test_the_key_stays_while_the_question_does(
    keys: Callable[[str], list[str]], old: str, new: str
) -> None:
    """Texts, owner, targets, metrics, budgets, interpreter and order are no part of it."""
    assert keys(PLAIN)[0] == keys(PLAIN.replace(old, new))[0]


OTHER_QUESTION = [
    ("name: A", "name: B"),
    ("name: A", "name: A\n      version: 2"),
    ("name: A", "name: A\n      environment: {set: {X: 1}}"),
    ("name: A", "name: A\n      environment: {pass: [X]}"),
    ("work.py:make", "work.other:make"),
    ("work.py:make", "work.py:A"),
    ("workload: work.py:make", "command: run {size} {mode}"),
    ("size: [1, 2]", "size: [3]"),
    ("size: [1, 2]", "size: ['1']"),
]


@pytest.mark.parametrize(("old", "new"), OTHER_QUESTION)
def test_the_key_moves_with_the_question(
    read: Callable[[dict[str, str]], Suite], old: str, new: str
) -> None:
    """Workload, command, environment, version and grid point are what is asked."""
    files = {"work.py": "def make(**p): ...\ndef A(**p): ...\n"}
    keys = set()
    for text in (PLAIN, PLAIN.replace(old, new)):
        suite = read({**files, "one.yaml": text})
        assert suite.faults == ()
        keys.add(suite.benchmarks[0].record.cases[0].case_key)
    assert len(keys) == 2


def test_a_renamed_function_goes_along_with_its_benchmark(
    read: Callable[[dict[str, str]], Suite],
) -> None:
    """The factory called like the benchmark is renamed with it, history and all."""
    old = read({"a.yaml": "benchmark: {name: old_one, category: w}", "w.py": "def old_one(): ..."})
    new = read(
        {
            "a.yaml": "benchmark: {name: NewOne, category: w, renamed_from: old_one}",
            "w.py": "def new_one(): ...",
        }
    )
    said = read(
        {"a.yaml": "benchmark: {name: NewOne, workload: 'w.py:new_one', renamed_from: old_one}"}
    )
    found = [suite.benchmarks[0].record.cases[0].case_key for suite in (old, new, said)]
    assert len(set(found)) == 1


def test_moving_the_suite_keeps_ids_and_keys(
    write: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    """No absolute path is in them, not even through commands."""
    root = write({"a.yaml": "benchmark: {name: A, command: '{python} {folder}/x.py {suite}'}"})
    before = read_suite(root).benchmarks[0].record.cases
    shutil.move(root, tmp_path / "elsewhere")
    assert read_suite(tmp_path / "elsewhere").benchmarks[0].record.cases == before


def test_load_and_service_are_asked(keys: Callable[[str], list[str]]) -> None:
    """The level is a parameter; durations and time-outs are no part of the question."""
    key = keys(SERVED)
    assert keys(SERVED.replace("duration: 9", "duration: 10, timeout: 3")) == key
    assert keys(SERVED.replace("[5]", "[5, 6]"))[:1] == key
    assert keys(SERVED.replace("/a", "/b")) != key
    assert keys(SERVED.replace("load: {", "load: {model: closed, ")) != key
    assert keys(SERVED.replace("serve ", "serve -v ")) != key


@pytest.mark.parametrize(
    ("budget", "labels"),
    [
        ("parameters: {size: [2]}", ["size=2 mode=fast", "size=2 mode=safe"]),
        (
            "cells: [{size: 1, mode: safe}, {size: 2, mode: fast}]",
            ["size=1 mode=safe", "size=2 mode=fast"],
        ),
        ("cells: [{mode: fast}]", ["size=1 mode=fast", "size=2 mode=fast"]),
    ],
)
def test_a_budget_narrows_the_cases(
    read_one: Callable[[str], Suite], budget: str, labels: list[str]
) -> None:
    """The others stay cases of the benchmark."""
    suite = read_one(f"{PLAIN}  budgets: {{quick: {{{budget}}}}}\n")
    assert suite.faults == ()
    record = suite.benchmarks[0].record
    quick = suite.benchmarks[0].budget(BudgetName.QUICK).case_ids
    assert [case.label for case in record.cases if case.case_id in quick] == labels
    full = suite.benchmarks[0].budget(BudgetName.FULL).case_ids
    assert len(record.cases) == len(full) == 4


def test_true_is_not_one(read_one: Callable[[str], Suite]) -> None:
    """Values that Python holds for equal are different cases."""
    suite = read_one("""
        benchmark:
          name: A
          workload: work.py:make
          parameters: {x: [1, true, "1", null, 0.5]}
          budgets: {quick: {cells: [{x: true}, {x: null}]}}
        """)
    assert suite.faults == ()
    (benchmark,) = suite.benchmarks
    quick = benchmark.budget(BudgetName.QUICK).case_ids
    chosen = [case.parameters for case in benchmark.record.cases if case.case_id in quick]
    assert chosen == ['{"x": true}', '{"x": null}']
