"""How an A/B runs the cases that take long: as declared under `confirm`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from perf_pipeline.suite.benchmark import Confirm, Suite

HEAD = "benchmark:\n  name: A\n  workload: work.py:make\n  parameters: {size: [1, 2]}\n"


@pytest.mark.parametrize(
    ("text", "confirm"),
    [
        ("", None),
        ("  confirm: {values: 3}\n", Confirm(values=3)),
        ("  confirm: {warmups: 0, duration: 5, timeout: 9}\n", Confirm(0, 0, 5.0, 9.0)),
        ("  confirm: {parameters: {size: 77}}\n", Confirm(parameters='{"size": 77}')),
    ],
)
def test_what_is_declared_is_read(
    read_one: Callable[[str], Suite], text: str, confirm: Confirm | None
) -> None:
    """What is left out stays as the engine chooses it; parameters may lie outside of the grid."""
    suite = read_one(HEAD + text)
    assert suite.faults == ()
    assert suite.benchmarks[0].confirm == confirm


def test_the_history_of_a_case_does_not_hang_on_it(read_one: Callable[[str], Suite]) -> None:
    """How a change is confirmed is no part of what is asked."""
    keys = [
        [case.case_key for case in read_one(HEAD + text).benchmarks[0].record.cases]
        for text in ("", "  confirm: {values: 3}\n")
    ]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{sizes: 3}", "confirm.sizes: found an unknown field, allowed: values, warmups, duration"),
        ("{}", "confirm: found {}, allowed: at least one field"),
        ("{values: 0}", "confirm.values: found 0, allowed: at least 1"),
        ("{parameters: {}}", "confirm.parameters: found {}, allowed: at least 1 of them"),
        ("{parameters: {siz: 3}}", "confirm.parameters.siz: found an unknown parameter"),
        ("{parameters: {size: [3]}}", "confirm.parameters.size: found [3], allowed: text, a num"),
        ("{duration: 9, timeout: 5}", "allowed: a timeout longer than the duration"),
    ],
)
def test_faults_are_named(read_one: Callable[[str], Suite], text: str, fault: str) -> None:
    """File, line, field, found, allowed."""
    suite = read_one(f"{HEAD}  confirm: {text}\n")
    assert len(suite.faults) == 1
    assert fault in suite.faults[0]
