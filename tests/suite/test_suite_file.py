"""suite.yaml: the folder's own settings, and errors that say how to mend it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from perf_pipeline.suite.benchmark import BudgetName, Schedule, Suite
from perf_pipeline.suite.errors import SuiteError
from perf_pipeline.suite.read import read_suite


def test_a_name_is_enough(read: Callable[[dict[str, str]], Suite]) -> None:
    """Everything else has its default."""
    suite = read({})
    assert (suite.name, suite.revision, suite.build) == ("demo", "@{upstream}", ())
    assert (suite.schedule, suite.budget, suite.deadline_s) == (None, BudgetName.NIGHTLY, 0)
    assert (suite.fail_on, suite.owner, suite.alerts) == ("never", "", ())


def test_everything_declared_arrives(read: Callable[[dict[str, str]], Suite]) -> None:
    """Every field of suite.yaml finds its place."""
    suite = read(
        {
            "suite.yaml": """
                name: demo
                repository: sub
                revision: 1234567
                build: make -C src all
                python: 3.14
                environment: {set: {A: yes}}
                schedule: {time: 03:30, time_zone: Europe/Berlin, week: five_nights}
                budget: full
                deadline: 6 h
                fail_on: worse
                alerts: [ops@example.org]
                owner: ops
                """,
            "a.yaml": "benchmark: {name: A, command: 'true'}",
        }
    )
    assert suite.repository == suite.root / "sub"
    assert (suite.revision, suite.build) == ("1234567", ("make", "-C", "src", "all"))
    assert suite.schedule == Schedule("30 3 * * 1-5", "Europe/Berlin", five_nights=True)
    assert (suite.budget, suite.deadline_s) == (BudgetName.FULL, 6 * 3600)
    assert (suite.fail_on, suite.alerts, suite.owner) == ("worse", ("ops@example.org",), "ops")
    (benchmark,) = suite.benchmarks
    assert benchmark.python.name == "python3.14"
    assert benchmark.environment_set == (("A", "yes"),)
    assert benchmark.record.owner == "ops"


def test_nightly_is_every_day(read: Callable[[dict[str, str]], Suite]) -> None:
    """The shorter of the two weeks."""
    suite = read({"suite.yaml": "name: demo\nschedule: {time: '22:05'}\n"})
    assert suite.schedule == Schedule("5 22 * * *", "UTC", five_nights=False)


@pytest.mark.parametrize(("text", "seconds"), [("90", 5400), ("90 min", 5400), ("0.5", 30)])
def test_a_deadline_is_minutes_or_a_span(
    read: Callable[[dict[str, str]], Suite], text: str, seconds: float
) -> None:
    """How long a campaign may take."""
    assert read({"suite.yaml": f"name: demo\ndeadline: {text}\n"}).deadline_s == seconds


def test_the_repository_is_the_checkout_around_the_folder(
    write: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    """The git top level, also when a folder within it is named."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    root = write({})
    assert read_suite(root).repository == tmp_path
    (root / "suite.yaml").write_text("name: demo\nrepository: .\n")
    assert read_suite(root).repository == tmp_path


BROKEN = [
    ("", "suite.yaml:1: found no fields"),
    ("name: a-b", 'suite.yaml:1: name: found "a-b", allowed: letters, digits and _'),
    (
        "name: a\nschedule: {time: 25:00}",
        'suite.yaml:2: schedule.time: found "25:00", allowed: a time',
    ),
    ("name: a\nschedule: {time: 03:30, time_zone: Europe/Berln}", "(did you mean Europe/Berlin?)"),
    ("name: a\nschedule: {time: 03:30, time_zone: ../../x}", "allowed: a time zone such as"),
    ("name: a\nschedule: {time: 03:30, time_zone: Europe}", "allowed: a time zone such as"),
    ("name: a\ndeadline: 06:30", 'allowed: minutes, or a span such as "6 h"'),
    ("name: a\ndeadline: 0", "allowed: more than nothing and at most a week"),
    ("name: a\nfail_on: wors", "(did you mean worse?)"),
    ('name: a\nbuild: "\'"', "allowed: a command whose quotes are closed"),
    ("name: a\nnme: b", "suite.yaml:2: nme: found an unknown field"),
    ("name: a\nname: b", "suite.yaml:2: name: found it twice"),
    ("name: a\n---\nname: b", "found a second document, allowed: one"),
    ("name: [", "found broken YAML (did not find expected node content"),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_a_broken_suite_file_is_an_error(
    read: Callable[[dict[str, str]], Suite], text: str, expected: str
) -> None:
    """All its faults are told, in the form of those of benchmarks."""
    with pytest.raises(SuiteError) as error:
        read({"suite.yaml": text})
    assert expected in error.value.why
    assert error.value.todo.startswith("Mend ")


def test_all_faults_of_a_suite_file_come_at_once(read: Callable[[dict[str, str]], Suite]) -> None:
    """One after the other would be tedious."""
    with pytest.raises(SuiteError) as error:
        read({"suite.yaml": "name: 1\nbudget: big\nowner: 2\n"})
    assert len(error.value.why.splitlines()) == 3


def test_an_unknown_user_is_no_crash(read: Callable[[dict[str, str]], Suite]) -> None:
    """`~nobody` stays a folder that does not exist."""
    suite = read(
        {"suite.yaml": "name: demo\nrepository: ~no_such_user/x\npython: ~no_such_user/y\n"}
    )
    assert isinstance(suite.repository, Path)
