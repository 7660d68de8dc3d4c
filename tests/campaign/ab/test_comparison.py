"""Two arms through the engine: what is compared, what is refused, what is left out."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from perf_pipeline.analysis.ab import AbRule, Shift
from perf_pipeline.campaign.ab.comparison import compare, rows_of, usual_rules
from perf_pipeline.campaign.ab.result import Comparison, MetricResult, OutputAgreement
from perf_pipeline.measure.arm import Arms
from perf_pipeline.measure.blocks import draw_of, run_block
from perf_pipeline.measure.machine import effective_cores
from perf_pipeline.measure.pace import CaseCost, Pace
from perf_pipeline.measure.ports import free_port
from perf_pipeline.model import Clock, Direction, MetricDefinition, MetricKind, Statistic
from perf_pipeline.suite.benchmark import Budget, BudgetName, Confirm
from perf_pipeline.suite.built_in import OF_LOAD
from tests.campaign.two_arms import SPIN, blocks, settings, two_arms, value
from tests.measure.builders import get, load, service

CPU, WAITING = Clock.CPU, Clock.WAITING
PLAIN = SPIN + "def make():\n    return work\n"
CHANGED = SPIN + "def make():\n    return lambda: work()\n"


def result(found: Comparison, name: str) -> MetricResult:
    """What was said of a metric."""
    return next(one for one in found.results if one.metric.name == name)


def effects(found: Comparison, name: str) -> list[float]:
    """The effects of a metric, block by block."""
    return [one.effect for one in found.blocks if one.metric == name and one.effect is not None]


# What is compared


def test_more_work_is_found_and_its_blocks_say_how(tmp_path: Path) -> None:
    """+30 % of CPU time: higher, with an interval around the truth; blocks carry all it needs."""
    slower = SPIN + "def make():\n    return lambda: work(2_600)\n"
    told: list[str] = []
    arms = two_arms(tmp_path, SPIN + "def make():\n    return lambda: work(2_000)\n", slower)
    found = compare(arms, usual_rules(), settings(cost=None), told.append)
    cpu = result(found, "cpu_ns")
    assert (cpu.ab.shift, cpu.withheld, found.refusal) == (Shift.HIGHER, "", "")
    assert cpu.ab.low is not None
    assert cpu.ab.high is not None
    assert cpu.ab.low < math.log(1.3) < cpu.ab.high
    assert cpu.value_a is not None
    assert cpu.value_b == pytest.approx(1.3 * cpu.value_a, rel=0.1)
    rows = [one for one in found.blocks if one.metric == "cpu_ns"]
    assert [one.number for one in rows] == list(range(cpu.ab.n))
    assert [one.first_arm for one in rows[:4]] == ["a", "b", "a", "b"]
    assert len({one.layout.hash_seed for one in rows}) == len(rows)
    for one in rows:
        assert one.turns
        assert one.log_ratio == pytest.approx(math.log(one.value_b / one.value_a))
        assert one.duration_s > 0
        assert not one.same_code
    effects = [one.effect for one in rows if one.effect is not None]
    assert median(effects) == pytest.approx(math.log(1.3), abs=0.05)
    assert found.fingerprint_a != found.fingerprint_b
    assert found.duration_s >= sum(one.duration_s for one in rows)
    assert "cpu_ns" in told[-1]
    assert {one.metric.name for one in found.results} == {"cpu_ns", "waiting_ns", "peak_rss_bytes"}


PORT = """
import socket

{spin}
def make():
    held = socket.create_server(("127.0.0.1", {port}))
    yield lambda: work(500)
    held.close()
"""
THREAD = """
import threading

{spin}
def make():
    def call():
        thread = threading.Thread(target=work, args=(500,))
        thread.start()
        thread.join()
    return call
"""


@pytest.mark.parametrize("program", [PORT, THREAD])
def test_who_cannot_take_turns_is_measured_one_after_the_other(
    tmp_path: Path, program: str
) -> None:
    """Both want the same port, or threads of their own: no refusal, and no block in turns."""
    text = program.format(spin=SPIN, port=free_port())
    arms = two_arms(tmp_path, text, text + "# edited\n")
    found = compare(arms, usual_rules(blocks=12), settings(cost=None))
    assert (found.refusal, found.note) == ("", "")
    rows = [one for one in found.blocks if one.metric == "cpu_ns"]
    assert [one.number for one in rows] == list(range(12))
    assert not any(one.turns for one in rows)


def test_waiting_counts_in_parts_of_wall_time(tmp_path: Path) -> None:
    """A signed time has no logarithm; its effect is a part of arm A's wall time."""
    arms = two_arms(tmp_path, PLAIN, CHANGED)
    found = compare(arms, blocks(2), settings(metrics=("wall_ns",)))
    rows = {(one.metric, one.number): one for one in found.blocks}
    for number in (0, 1):
        waiting, wall = rows["waiting_ns", number], rows["wall_ns", number]
        difference = waiting.value_b - waiting.value_a
        assert waiting.effect == pytest.approx(difference / wall.value_a)


COUNTS = (
    SPIN
    + """
import atexit


def make(file):
    calls = [0]

    def call():
        calls[0] += 1
        return work({size})

    def note():
        with open(file + __file__[-len("a/work.py")], "a") as notes:
            notes.write(f"{calls[0]} ")

    atexit.register(note)
    return call
"""
)
"""Notes how often it was called, by arm."""


def test_the_pace_is_found_once_and_holds_for_both_arms(tmp_path: Path) -> None:
    """Arm B is ten times slower and still makes as many calls in every block."""
    sources = [COUNTS.replace("{size}", size) for size in ("300", "3_000")]
    arms = two_arms(tmp_path, *sources, parameters={"file": str(tmp_path / "calls_")})
    found = compare(arms, blocks(2), settings(cost=None))
    assert found.refusal == ""
    a, b = ((tmp_path / f"calls_{one}").read_text("utf-8").split() for one in "ab")
    assert len(a) == 3, "one trial of arm A finds out what a call costs"
    assert a[1:] == b
    assert len(set(b)) == 1


def test_a_single_block_is_told_without_interval(tmp_path: Path) -> None:
    """Figures, and no verdict."""
    found = compare(two_arms(tmp_path, PLAIN, CHANGED), usual_rules(blocks=1), settings())
    cpu = result(found, "cpu_ns")
    assert (cpu.ab.shift, cpu.ab.n, cpu.ab.low, cpu.ab.high) == (Shift.OPEN, 1, None, None)
    assert cpu.value_a is not None
    assert cpu.ab.estimate == pytest.approx(effects(found, "cpu_ns")[0])


def test_no_block_begins_that_would_end_too_late(tmp_path: Path) -> None:
    """The time that is left decides; what was seen by then stands, with a note."""
    arms = two_arms(tmp_path, PLAIN, CHANGED)
    late = compare(arms, usual_rules(), settings(), deadline_s=time.monotonic())
    assert (late.blocks, late.note) == ((), "the time was up after 0 blocks")
    assert {one.ab.shift for one in late.results} == {Shift.OPEN}
    rules = usual_rules(resolve=0.0001, blocks=400)
    found = compare(arms, rules, settings(), deadline_s=time.monotonic() + 3)
    count = len(effects(found, "cpu_ns"))
    assert 0 < count < 400
    assert found.note.startswith(f"the time was up after {count} block")


def test_a_finer_resolution_buys_blocks() -> None:
    """With the square of what is asked, up to the cap; delta follows the kind of metric."""
    cpu = MetricDefinition("cpu_ns", "ns", clock=CPU)
    waiting = MetricDefinition("waiting_ns", "ns", kind=MetricKind.SIGNED, clock=WAITING)
    assert usual_rules()(cpu).most_blocks == usual_rules(resolve=0.05)(cpu).most_blocks == 60
    assert usual_rules(resolve=0.015)(cpu).most_blocks == 135
    assert usual_rules(resolve=0.01)(cpu).most_blocks == 400
    assert usual_rules(resolve=0.001)(cpu).most_blocks == 400
    assert usual_rules(resolve=0.01, blocks=12)(cpu).most_blocks == 12
    assert usual_rules()(cpu).resolve == pytest.approx(math.log(1.02))
    assert usual_rules()(waiting).resolve == 0.05
    assert usual_rules(resolve=0.01)(waiting).resolve == 0.01


def test_blocks_can_be_run_without_a_comparison(tmp_path: Path) -> None:
    """A pace, a draw and a block give the rows; no store, no campaign, no verdict."""
    arms = replace(two_arms(tmp_path, PLAIN), same_asked=True)
    pace = Pace(loops=2, values=5, warmups=1, duration_s=0.0, timeout_s=20.0)
    rows = rows_of(arms, run_block(arms, 7, draw_of("seed", 7), pace), settings())
    assert {one.metric for one in rows} == {"cpu_ns", "waiting_ns", "peak_rss_bytes"}
    assert all(one.number == 7 and one.same_code and one.first_arm == "b" for one in rows)


# What is refused


def test_equal_code_is_refused_after_one_block(tmp_path: Path) -> None:
    """Two folders, one content: nothing can be found, and that is said."""
    found = compare(two_arms(tmp_path, PLAIN), usual_rules(), settings())
    assert found.refusal == "both arms ran the same code"
    assert found.results == ()
    assert len(effects(found, "cpu_ns")) == 1
    assert all(one.same_code for one in found.blocks)
    assert found.fingerprint_a == found.fingerprint_b != ""


def test_equal_code_that_was_asked_for_is_compared(tmp_path: Path) -> None:
    """An A/A runs to its end, and its blocks say what they are."""
    arms = replace(two_arms(tmp_path, PLAIN), same_asked=True)
    found = compare(arms, blocks(8), settings())
    assert (found.refusal, found.same_code) == ("", True)
    assert all(one.same_code for one in found.blocks)
    assert result(found, "cpu_ns").ab.shift in {Shift.EQUAL, Shift.OPEN}


@pytest.mark.parametrize(
    "change",
    [
        "data differs",
        "another factory",
        "other parameters",
        "other variables",
        "a command that is known to differ",
    ],
)
def test_equal_files_are_no_proof_of_equal_work(tmp_path: Path, change: str) -> None:
    """Whatever else decides what runs keeps a comparison alive."""
    arms = two_arms(tmp_path, PLAIN + "def other():\n    return make()\n")
    other = arms.b
    match change:
        case "data differs":
            arms = replace(arms, data_differs=True)
        case "another factory":
            assert other.benchmark.workload is not None
            workload = replace(other.benchmark.workload, factory="other")
            other = replace(other, benchmark=replace(other.benchmark, workload=workload))
        case "other parameters":
            arms = two_arms(tmp_path, SPIN + "def make(size=1):\n    return work\n")
            other = replace(arms.b, case=replace(arms.b.case, parameters='{"size": 2}'))
        case "other variables":
            changed = replace(other.benchmark, environment_set=(("TUNED", "1"),))
            other = replace(other, benchmark=changed)
        case _:
            asked = {"workload": None, "command": (sys.executable, "-c", "pass")}
            arms = replace(two_arms(tmp_path, PLAIN, **asked), differences=("work.py",))
            other = arms.b
    found = compare(replace(arms, b=other), blocks(1), settings())
    assert found.refusal == ""
    assert not found.same_code


def commands(place: Path, source_a: str, source_b: str) -> Arms:
    """Arms that run `work.py` of their own folder, whose path differs."""
    arms = two_arms(place, source_a, source_b, workload=None)
    sides = []
    for arm in (arms.a, arms.b):
        command = (sys.executable, str(arm.benchmark.root / "work.py"))
        sides.append(replace(arm, benchmark=replace(arm.benchmark, command=command)))
    return Arms(*sides)


def test_commands_are_known_by_the_files_they_name(tmp_path: Path) -> None:
    """Equal files in two folders and nothing known to differ: the same code."""
    same = compare(commands(tmp_path / "1", "1", "1"), blocks(1), settings())
    assert same.refusal == "both arms ran the same code"
    other = compare(commands(tmp_path / "2", "1", "sum(range(100_000))"), blocks(2), settings())
    assert (other.refusal, other.output) == ("", OutputAgreement.UNKNOWN)
    assert result(other, "cpu_ns").ab.n == 2


def test_services_are_compared_under_load(tmp_path: Path) -> None:
    """Requests for as long as the budget says; the service's own time is judged."""
    arms = two_arms(
        tmp_path,
        PLAIN,
        parameters={"load": 2},
        workload=None,
        service=service(),
        load=load(get("/sleep/0.02"), closed=True),
        metrics=OF_LOAD,
        budgets=(Budget(BudgetName.QUICK, 5, 20, 3, duration_s=0.6, timeout_s=20, case_ids=()),),
    )
    asked = settings(cost=None, metrics=("latency_ms",))
    assert compare(arms, blocks(1), asked).refusal == "both arms ran the same code"
    found = compare(replace(arms, differences=("server.py",)), blocks(2), asked)
    assert found.refusal == ""
    assert {"cpu_ns", "latency_ms"} <= {one.metric for one in found.blocks}


def test_code_of_the_other_arm_is_refused_by_name(tmp_path: Path) -> None:
    """Arm B takes its helper from arm A's folder, as an editable install would make it."""
    arms = two_arms(
        tmp_path,
        "import sys\nsys.path.insert(0, {folder!r})\nimport helper\n" + PLAIN,
    )
    folder = tmp_path / "a"
    for arm in (arms.a, arms.b):
        file = arm.benchmark.root / "work.py"
        file.write_text(file.read_text("utf-8").format(folder=str(folder)), "utf-8")
        (arm.benchmark.root / "helper.py").write_text("", "utf-8")
    found = compare(arms, usual_rules(), settings())
    assert found.refusal == (
        f"both arms ran the same code: revision b imported {folder / 'helper.py'}"
    )


@pytest.mark.parametrize("cost", [None, CaseCost(0.05, 0.002)], ids=["unknown", "known"])
def test_an_arm_that_fails_at_once_is_named(tmp_path: Path, cost: CaseCost | None) -> None:
    """The other side is not to blame, and nothing is judged."""
    broken = SPIN + "def make():\n    raise ValueError('no such luck')\n"
    said = "in set-up: ValueError: no such luck"
    b_fails = compare(two_arms(tmp_path / "1", PLAIN, broken), usual_rules(), settings(cost=cost))
    assert (b_fails.refusal, b_fails.blocks) == (f"revision b failed: {said}", ())
    a_fails = compare(two_arms(tmp_path / "2", broken, PLAIN), usual_rules(), settings(cost=cost))
    assert (a_fails.refusal, a_fails.results) == (f"revision a failed: {said}", ())


FAILS = (
    SPIN
    + """
from pathlib import Path


def make(at, file):
    notes = Path(file)
    runs = int(notes.read_text()) if notes.exists() else 0
    notes.write_text(str(runs + 1))
    if runs in at:
        raise MemoryError("all is taken")
    return work
"""
)


def failing(place: Path, *at: int) -> Comparison:
    """Seven blocks in which arm B fails in some of its trials, counted from 0."""
    arms = two_arms(place, FAILS.replace("make(at, file)", "make(file, at=())"), FAILS)
    b = replace(arms.b.case, parameters=f'{{"at": {list(at)}, "file": "{place}/b/runs"}}')
    a = replace(arms.a.case, parameters=f'{{"file": "{place}/a/runs"}}')
    arms = replace(arms, a=replace(arms.a, case=a), b=replace(arms.b, case=b))
    return compare(arms, blocks(5), settings())


def test_an_arm_that_fails_half_way_is_given_up(tmp_path: Path) -> None:
    """Three failures are no accident; the blocks until then are kept, nothing is judged."""
    found = failing(tmp_path, 2, 3, 5)
    said = "in set-up: MemoryError: all is taken"
    assert found.refusal == f"revision b failed in 3 of 6 blocks: {said}"
    assert found.results == ()
    assert [one.number for one in found.blocks if one.metric == "cpu_ns"] == [0, 1, 4]


def test_a_block_in_which_an_arm_failed_is_left_out(tmp_path: Path) -> None:
    """One failure costs one block, and a note says so."""
    found = failing(tmp_path, 2)
    assert found.refusal == ""
    assert [one.number for one in found.blocks if one.metric == "cpu_ns"] == [0, 1, 3, 4, 5]
    assert found.note == (
        "1 block left out in which an arm failed (revision b: in set-up: MemoryError: all is taken)"
    )


# Output


@pytest.mark.parametrize(
    ("returns_a", "returns_b", "said"),
    [
        ("[1, 2, 3]", "[1, 2, 3]", OutputAgreement.AGREE),
        ("[1, 2, 3]", "[1, 2, 4]", OutputAgreement.DIFFER),
        ("hash('text')", "hash('text')", OutputAgreement.AGREE),
        ("random()", "random()", OutputAgreement.UNKNOWN),
        ("object()", "object()", OutputAgreement.UNKNOWN),
        ("None", "None", OutputAgreement.UNKNOWN),
        ("1", "None", OutputAgreement.UNKNOWN),
    ],
)
def test_output_is_compared(
    tmp_path: Path, returns_a: str, returns_b: str, said: OutputAgreement
) -> None:
    """Equal, different, or nothing to go by; a hash varies from block to block, in both alike."""
    source = "from random import random\ndef make():\n    return lambda: {0}\n# {1}\n"
    arms = two_arms(tmp_path, source.format(returns_a, "a"), source.format(returns_b, "b"))
    found = compare(arms, blocks(3), settings())
    assert found.output is said
    assert ("different output" in found.note) == (said is OutputAgreement.DIFFER)


def test_an_exact_metric_without_a_good_direction_is_output(tmp_path: Path) -> None:
    """A checksum that a workload reports among its metrics."""
    metric = value(MetricKind.EXACT, direction=Direction.NONE, statistic=Statistic.LAST)
    source = SPIN + "def make():\n    return lambda: {{'value': {0} + work() * 0}}\n"
    for sums, said in (((5, 5), OutputAgreement.AGREE), ((5, 6), OutputAgreement.DIFFER)):
        sources = [source.format(one) + f"# {n}" for n, one in enumerate(sums)]
        arms = two_arms(tmp_path, *sources, metrics=(metric,))
        assert compare(arms, blocks(3), settings()).output is said


# Kinds of metric


def returning(place: Path, metric: MetricDefinition, a: str, b: str, count: int) -> MetricResult:
    """What is said of `value`, where the arms return these mappings."""
    source = "from random import random\ndef make():\n    return lambda: {{'value': {0}}}\n# {1}"
    sources = [source.format(one, name) for one, name in ((a, "a"), (b, "b"))]
    arms = two_arms(place, *sources, metrics=(metric,))
    return result(compare(arms, blocks(count), settings()), "value")


@pytest.mark.parametrize(
    ("a", "b", "shift"),
    [("5", "5", Shift.EQUAL), ("5", "6", Shift.HIGHER), ("6", "5", Shift.LOWER)],
)
def test_values_without_any_spread(tmp_path: Path, a: str, b: str, shift: Shift) -> None:
    """The same figure in every trial is evidence of its own."""
    found = returning(tmp_path, value(MetricKind.POSITIVE), a, b, 8)
    assert (found.ab.shift, found.withheld) == (shift, "")


@pytest.mark.parametrize(
    ("a", "b", "shift"),
    [("7", "7", Shift.EQUAL), ("7", "8", Shift.HIGHER), ("7", "6", Shift.LOWER)],
)
def test_an_exact_metric_needs_three_blocks(tmp_path: Path, a: str, b: str, shift: Shift) -> None:
    """Any difference is a change, with no interval and no chance."""
    exact = value(MetricKind.EXACT, statistic=Statistic.LAST)
    found = returning(tmp_path, exact, a, b, 3)
    assert (found.ab.shift, found.withheld) == (shift, "")
    assert found.ab.estimate == found.ab.low == found.ab.high == int(b) - int(a)
    assert returning(tmp_path, exact, a, b, 2).ab.shift is Shift.OPEN


def test_an_exact_metric_that_varies_is_withheld(tmp_path: Path) -> None:
    """It was declared what it is not."""
    exact = value(MetricKind.EXACT, statistic=Statistic.LAST)
    found = returning(tmp_path, exact, "1", "1 + random()", 3)
    assert found.ab.shift is Shift.OPEN
    assert found.withheld.startswith("declared exact, but B gave 1.")


def test_zeros_of_a_positive_metric_are_withheld(tmp_path: Path) -> None:
    """0 has no logarithm; nothing is made up, and the reason names the way out."""
    found = returning(tmp_path, value(MetricKind.POSITIVE), "5", "0", 2)
    assert found.withheld == (
        "0 items, but its kind is positive; declare kind signed or exact (in 2 of 2 blocks)"
    )
    assert (found.ab.shift, found.value_a) == (Shift.OPEN, None)


def test_a_value_that_is_no_number_fails_its_arm(tmp_path: Path) -> None:
    """NaN never reaches a verdict."""
    source = "def make():\n    return lambda: {{'value': float('{0}')}}\n"
    arms = two_arms(tmp_path, source.format("1"), source.format("nan"))
    found = compare(arms, blocks(2), settings())
    said = "in step: the metric value: a finite number is needed, not nan"
    assert (found.refusal, found.results) == (f"revision b failed: {said}", ())


def test_zeros_of_signed_times_are_equal(tmp_path: Path) -> None:
    """A case that never waits has 0 in both arms: equal, and never a division by it."""
    found = compare(two_arms(tmp_path, PLAIN, CHANGED), blocks(8), settings())
    assert result(found, "waiting_ns").ab.shift is Shift.EQUAL


def test_a_signed_metric_that_is_no_time_has_no_scale(tmp_path: Path) -> None:
    """It cannot be a part of the wall time."""
    found = returning(tmp_path, value(MetricKind.SIGNED), "1", "2", 2)
    assert found.withheld.startswith("a signed metric in items has no scale")


def test_proportions_differ_in_points(tmp_path: Path) -> None:
    """95 of 100 against 60 of 100 is 35 points lower."""
    share = value(MetricKind.PROPORTION, statistic=Statistic.RATIO, unit="1")
    found = returning(tmp_path, share, "(95, 100)", "(60, 100)", 8)
    assert found.ab.shift is Shift.LOWER
    assert found.ab.estimate == pytest.approx(-0.35)
    same = returning(tmp_path, share, "(95, 100)", "(95, 100)", 8)
    assert same.ab.shift is Shift.EQUAL


def test_a_metric_that_one_arm_lacks_is_withheld(tmp_path: Path) -> None:
    """What was not measured on both sides cannot be compared."""
    metric = value(MetricKind.POSITIVE)
    sources = [f"def make():\n    return lambda: {{'{name}': 5}}\n" for name in ("value", "x")]
    found = compare(two_arms(tmp_path, *sources, metrics=(metric,)), blocks(2), settings())
    assert result(found, "value").withheld == "nothing was observed (in 2 of 2 blocks)"


# What waits

CALL = """
import os
import tempfile
import threading
import time


def make(plant):
    file = tempfile.TemporaryFile()
    lock = threading.Lock()
    wanted, held = threading.Semaphore(0), threading.Semaphore(0)

    def hold():
        while True:
            wanted.acquire()
            with lock:
                held.release()
                time.sleep(0.005)

    threading.Thread(target=hold, daemon=True).start()

    def call():
        sum(i * i for i in range(300_000))
        if plant == "sleep":
            time.sleep(0.005)
        elif plant == "fsync":
            for _ in range(20):
                file.write(b"x" * 4096)
                file.flush()
                os.fsync(file.fileno())
        elif plant == "lock":
            wanted.release()
            held.acquire()
            with lock:
                pass

    return call
"""
"""About 15 ms of CPU time and, where planted, some 5 ms in which nothing of it runs.

On an idle machine 5 % are found as well; on a crowded one a wait may hide behind the queue.
"""


def until_waiting_is_clear(metric: MetricDefinition) -> AbRule:
    """Waiting decides; CPU time need not be resolved."""
    return AbRule(resolve=0.001, most_blocks=24 if metric.clock is WAITING else 8)


@pytest.mark.parametrize("plant", ["sleep", "fsync", "lock"])
def test_what_is_planted_into_cpu_bound_code_is_found_in_waiting(
    tmp_path: Path, plant: str
) -> None:
    """A sleep, an fsync, and a lock that another thread holds over work without the GIL."""
    if plant == "fsync" and fsync_s(tmp_path) < 0.00005:
        pytest.skip("the disk of this machine does not wait for an fsync")
    arms = two_arms(tmp_path, CALL)
    sides = [
        replace(arm, case=replace(arm.case, parameters=f'{{"plant": "{name}"}}'))
        for arm, name in ((arms.a, "none"), (arms.b, plant))
    ]
    asked = settings(cost=CaseCost(0.05, 0.02))
    found = compare(replace(arms, a=sides[0], b=sides[1]), until_waiting_is_clear, asked)
    waiting = result(found, "waiting_ns")
    assert waiting.withheld == ""
    if waiting.ab.shift is Shift.OPEN and is_crowded(found):
        pytest.skip("a crowded machine hides waits behind its queue")
    assert waiting.ab.shift is Shift.HIGHER


def is_crowded(found: Comparison) -> bool:
    """Whether others took a quarter of the machine in the middle block."""
    return median(one.neighbour for one in found.blocks) > 0.25


def fsync_s(folder: Path) -> float:
    """What one takes."""
    took = []
    with (folder / "file").open("wb", buffering=0) as file:
        for _ in range(20):
            file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return median(took)


POOL = """
import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

DATA = bytes(2_000_000)


class Open:
    def __enter__(self): ...
    def __exit__(self, *_): ...


def make(locked):
    lock = threading.Lock() if locked else Open()

    def work(_):
        with lock:
            hashlib.sha256(DATA).digest()

    pool = ThreadPoolExecutor(2)
    yield lambda: list(pool.map(work, range(8)))
    pool.shutdown()
"""


def test_a_lock_that_lets_threads_run_one_by_one_is_seen_on_the_wall_clock(tmp_path: Path) -> None:
    """It costs neither CPU time nor waiting, so the wall clock is judged where threads overlap."""
    if effective_cores() < 2:
        pytest.skip("nothing overlaps on one core")
    arms = two_arms(tmp_path, POOL)
    sides = [
        replace(arm, case=replace(arm.case, parameters=f'{{"locked": {locked}}}'))
        for arm, locked in ((arms.a, "false"), (arms.b, "true"))
    ]
    asked = settings(cost=CaseCost(0.05, 0.01))
    found = compare(replace(arms, a=sides[0], b=sides[1]), blocks(8), asked)
    if is_crowded(found) and "wall_ns" not in {one.metric.name for one in found.results}:
        pytest.skip("nothing overlaps on a crowded machine")
    wall = result(found, "wall_ns")
    assert wall.withheld or wall.ab.shift is Shift.HIGHER
    assert result(found, "waiting_ns").ab.shift is not Shift.HIGHER
    alone = compare(two_arms(tmp_path / "2", PLAIN, CHANGED), blocks(1), settings())
    assert "wall_ns" not in {one.metric.name for one in alone.results}


# A machine that others use


@contextmanager
def spinners(count: int) -> Iterator[None]:
    """So many processes that want a CPU."""
    with ExitStack() as running:
        for _ in range(count):
            process = running.enter_context(
                subprocess.Popen([sys.executable, "-c", "while True: pass"])
            )
            running.callback(process.kill)
        yield


def test_a_machine_that_becomes_busy_half_way(tmp_path: Path) -> None:
    """Equal work is never called different on CPU time, and the wall clock is withheld."""
    arms = two_arms(tmp_path, PLAIN, CHANGED)
    rules = usual_rules(resolve=0.0001, blocks=20)
    with ExitStack() as busy:

        def at_the_first_look(_: str) -> None:
            if not found_busy:
                found_busy.append(True)
                busy.enter_context(spinners(2 * math.ceil(effective_cores())))

        found_busy: list[bool] = []
        asked = settings(metrics=("wall_ns",))
        found = compare(arms, rules, asked, at_the_first_look)
    cpu, wall = result(found, "cpu_ns"), result(found, "wall_ns")
    rows = [one for one in found.blocks if one.metric == "cpu_ns"]
    assert cpu.ab.n == 20
    assert all(one.neighbour > 0.1 for one in rows[13:])
    assert cpu.ab.shift is Shift.OPEN
    assert cpu.withheld == ""
    assert wall.withheld == "others used the machine during more than a fifth of the blocks"


# Cases that take long


def test_a_block_of_over_a_minute_is_run_as_confirm_says(tmp_path: Path) -> None:
    """Its own parameters, values and warm-ups; the case keeps its name."""
    source = COUNTS.replace("make(file)", "make(file, size)").replace("{size}", "size")
    arms = two_arms(
        tmp_path,
        source,
        source + "# changed\n",
        parameters={"file": str(tmp_path / "calls_"), "size": 10**9},
        confirm=Confirm(values=4, warmups=2, parameters='{"size": 100000}'),
    )
    found = compare(arms, blocks(2), settings(cost=CaseCost(0.1, 40.0)))
    assert found.refusal == ""
    assert found.note == (
        "run as declared under confirm with size=100000, because a block would take over a minute"
    )
    counts = (tmp_path / "calls_b").read_text("utf-8").split()
    assert len(counts) == 2
    assert {one.case_id for one in found.blocks} == {"case"}


def test_cheap_cases_are_run_as_they_are(tmp_path: Path) -> None:
    """A confirm of the same benchmark does not concern them."""
    arms = two_arms(tmp_path, PLAIN, CHANGED, confirm=Confirm(parameters='{"size": 1}'))
    found = compare(arms, blocks(1), settings())
    assert (found.refusal, found.note) == ("", "")
