"""`compare`: two real sides of a small project, measured for real."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.cli import compare
from jobs.machine_lock import machine_lock
from jobs.wiring import open_store
from perf_pipeline.analysis.ab import MOST_BLOCKS, AbRule
from perf_pipeline.home import Home, find_home
from perf_pipeline.model import CampaignKind, Ground, Subject, Verdict
from perf_pipeline.suite.registry import add, remove
from tests.campaign.project import Project
from tests.cli.conftest import Run
from warehouse.store import WarehouseStore

PERF = [sys.executable, "-c", "import jobs.cli; jobs.cli.main()"]
WORK = "def work():\n    return lambda: sum(range({}))\n"
OTHER = "def other():\n    return lambda: sum(range(20000))\n"
BENCHMARKS = (
    "benchmark: {name: Work, workload: 'work.py:work', profiling: {enabled: false}}\n---\n"
    "benchmark: {name: Other, workload: 'other.py:other', profiling: {enabled: false}}\n"
)
MACHINE = "bench_01"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A lock and a name of its own; the command takes SIGTERM for Ctrl-C."""
    monkeypatch.setenv("PERF_LOCK", str(tmp_path / "lock"))
    monkeypatch.setenv("PERF_MACHINE", MACHINE)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of two benchmarks, registered as the only suite; the working tree is clean."""
    made = Project(tmp_path / "project")
    made.write("work.py", WORK.format(20_000))
    made.write("other.py", OTHER)
    made.write("work.yaml", BENCHMARKS)
    made.git("add", ".")
    made.git("commit", "--quiet", "--message", "begin")
    add(find_home(), made.suite_folder)
    remove(find_home(), "builtin")
    return made


@pytest.fixture
def store(home: Home) -> WarehouseStore:
    """What has landed."""
    assert home
    return open_store(find_home())


def newest(store: WarehouseStore) -> str:
    """The campaign of the last comparison."""
    return store.campaigns("project", MACHINE)[-1]


def test_twice_the_work_is_worse_and_is_kept(
    perf: Run, project: Project, store: WarehouseStore
) -> None:
    """The working tree against HEAD, which is what B is without being named."""
    project.write("work.py", WORK.format(40_000))
    ended = perf("compare", "HEAD", "--fail-on", "worse", "--json")
    assert ended.code == 1
    found = json.loads(ended.out)
    work, other = found["comparisons"]
    cpu = work["metrics"][0]
    assert (found["verdict"], cpu["metric"], cpu["verdict"]) == ("worse", "cpu_ns", "worse")
    assert cpu["low_percent"] < 100 < cpu["high_percent"] + 25
    assert work["differences"] == ["bench/work.py"]
    assert (other["refusal"], other["same_code"]) == ("both arms ran the same code", True)
    assert ended.err.splitlines()[0].split(" ", 1)[1].startswith("Work: CPU time worse +")

    campaign = newest(store)
    assert campaign == found["campaign"]
    assert store.runs(campaign)[0].kind is CampaignKind.AD_HOC
    assert len({one.number for one in store.blocks(campaign) if one.benchmark == "Work"}) >= 12
    said = {(one.subject, one.benchmark, one.metric): one for one in store.verdicts(campaign)}
    row = said[Subject.CHANGE, "Work", "cpu_ns"]
    assert (row.verdict, row.ground) == (Verdict.WORSE, Ground.AB)
    assert row.comparison == work["comparison"]
    assert row.change_percent == cpu["change_percent"]
    assert said[Subject.CAMPAIGN, "", ""].reason == found["sentence"]
    page = find_home().reports / campaign / "compare.html"
    assert found["sentence"] in page.read_text("utf-8")
    assert json.loads(page.with_name("compare.json").read_text("utf-8")) == found
    assert perf("report").code == 2, "the newest report is that of a night"


def test_an_interpreter_that_does_not_run_is_incomplete(perf: Run, project: Project) -> None:
    """A side that cannot be made is no answer: never exit code 0."""
    project.write("work.py", WORK.format(40_000))
    ended = perf("compare", "HEAD", "--only", "Work", "--python-a", "3.99", "--json")
    assert ended.code == 3
    (work,) = json.loads(ended.out)["comparisons"]
    assert work["failed"]
    assert "does not run as Python" in work["refusal"]


def test_one_revision_twice_is_not_comparable(
    perf: Run, project: Project, store: WarehouseStore
) -> None:
    """Nothing is measured, and the way to ask for it is named."""
    short = project.git("rev-parse", "HEAD")[:7]
    ended = perf("compare", "HEAD", "HEAD", "--fail-on", "worse")
    assert ended.code == 0
    assert f"Not comparable: both sides are the same: {short} (HEAD)." in ended.out
    assert ended.err == ("What would be found in equal code: perf-pipeline compare HEAD --aa\n")
    assert store.blocks(newest(store)) == ()


def test_a_clean_working_tree_is_its_commit(perf: Run, project: Project) -> None:
    """What nobody changed cannot differ."""
    assert project.git("status", "--porcelain") == ""
    assert "Not comparable: both sides are the same" in perf("compare", "HEAD").out


def test_asked_for_equal_code_says_what_would_have_been_seen(
    perf: Run, project: Project, store: WarehouseStore
) -> None:
    """Two checkouts of one revision; what lands counts as a control, never as a change."""
    assert project
    ended = perf("compare", "HEAD", "--aa", "--only", "Work", "--blocks", "12")
    assert ended.code == 0
    assert "against itself: no difference found in 1 case. CPU time higher or" in ended.out
    assert "% would have been seen in each." in ended.out
    said = [one for one in store.verdicts(newest(store)) if one.benchmark]
    assert {one.subject for one in said} == {Subject.CONTROL}
    assert {block.same_code for block in store.blocks(newest(store))} == {True}


def test_an_arm_that_fails_is_named_and_incomplete(
    perf: Run, project: Project, store: WarehouseStore
) -> None:
    """Exit code 3; the other benchmark is compared all the same."""
    project.write("work.py", "def work():\n    raise ValueError('no size')\n")
    ended = perf("compare", "HEAD")
    assert ended.code == 3
    assert "working tree failed: " in ended.out
    assert "ValueError: no size" in ended.out
    assert "both arms ran the same code" in ended.out
    row = next(one for one in store.verdicts(newest(store)) if one.benchmark == "Work")
    assert row.verdict is Verdict.NOT_COMPARABLE


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("HAED",), "There is no revision, interpreter or file 'HAED'. Did you mean HEAD?"),
        (("HEAD", "--only", "Wrok"), "There is no benchmark 'Wrok'. Did you mean Work?"),
        (("HEAD", "--suite", "projet"), "There is no suite 'projet'. Did you mean project?"),
        (("HEAD", "main~9", "--aa"), "There is no revision"),
        (("HEAD", "--resolve", "0.2%"), "is not a percentage above 0.5 and up to 50"),
        (("HEAD", "--blocks", "4"), "is not in the range"),
        (("HEAD", sys.executable), "An A/B changes one thing at a time."),
        (
            (sys.executable, sys.executable, "--python-b", "3.12"),
            "--python-a and --python-b stand beside revisions.",
        ),
    ],
)
def test_wrong_use_is_told_before_anything_is_measured(
    perf: Run, project: Project, store: WarehouseStore, words: tuple[str, ...], told: str
) -> None:
    """Exit code 2, the near name, and nothing landed."""
    assert project
    ended = perf("compare", *words)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert store.campaigns("project", MACHINE) == ()


def test_the_fewest_blocks_are_those_of_the_first_look() -> None:
    """Fewer could never say anything."""
    assert AbRule().first_look == compare.FEWEST
    assert compare.MOST == MOST_BLOCKS


def test_aa_of_two_sides_is_refused(perf: Run, project: Project) -> None:
    """Equal code was asked for, and it is not equal."""
    project.write("work.py", WORK.format(40_000))
    ended = perf("compare", "HEAD", ".", "--aa")
    assert (ended.code, ended.out) == (2, "")
    assert "are not the same" in ended.err


def test_two_at_once_would_disturb_each_other(perf: Run, project: Project) -> None:
    """Exit code 3, and who holds the machine."""
    assert project
    with machine_lock(find_home(), "run-17"):
        ended = perf("compare", "HEAD", "--aa")
    assert (ended.code, ended.out) == (3, "")
    assert "run-17" in ended.err


def test_a_terminal_shows_block_and_estimate_while_it_runs(project: Project) -> None:
    """A live line on stderr; the table on standard output is whole and last."""
    assert project
    ours, theirs = pty.openpty()
    variables = {"TERM": "xterm", "COLUMNS": "120", "PERF_HOME": str(find_home().root)}
    run = subprocess.Popen(
        [*PERF, "compare", "HEAD", "--aa", "--only", "Work", "--blocks", "12"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env={**os.environ, **variables},
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # what reading a terminal that was left comes to
        while part := os.read(ours, 65_536):
            shown += part
    os.close(ours)
    table, _ = run.communicate(timeout=60)
    assert run.returncode == 0
    assert re.search(r"1 of 1  Work  [1-9] blocks?", shown.decode())
    assert re.search(r"1 of 1  Work  12 blocks  CPU time [+\u2212]", shown.decode())
    assert "CPU time" in table
    assert "\x1b" not in table


@pytest.fixture
def _ctrl_c_counts() -> Iterator[None]:
    """A shell's background job ignores Ctrl-C, and so would its children."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("_ctrl_c_counts")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_keeps_what_was_compared(
    project: Project, store: WarehouseStore, number: signal.Signals
) -> None:
    """The first case is landed and shown, the second is left, no process stays."""
    project.write("work.py", WORK.format(40_000))
    project.write("other.py", OTHER.replace("20000", "21000"))
    run = subprocess.Popen(
        [*PERF, "compare", "HEAD", "--blocks", "400", "--resolve", "0.6%"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PERF_HOME": str(find_home().root)},
    )
    assert run.stderr is not None
    first = run.stderr.readline()
    assert "Work: CPU time worse +" in first
    run.send_signal(number)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "CPU time" in out
    assert "Stopped: 1 case not compared." in out
    assert "What was compared is kept: 1 case." in err
    assert {one.benchmark for one in store.blocks(newest(store))} == {"Work"}
    found = json.loads((find_home().reports / newest(store) / "compare.json").read_text("utf-8"))
    assert (found["stopped"], found["not_reached"]) == (True, ["Other"])
