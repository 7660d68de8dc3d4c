"""Whatever goes wrong, in a benchmark or beside it, a campaign ends with a report that says so."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from jobs import launch, resources
from jobs.cli import main
from jobs.wiring import open_store
from perf_pipeline.home import Home
from perf_pipeline.measure import machine
from perf_pipeline.profilers import py_spy
from perf_pipeline.suite.benchmark import Suite
from tests.jobs.conftest import MACHINE, SUITES, Place
from warehouse.query import run_query
from warehouse.session import session
from warehouse.store import WarehouseStore

Perf = Callable[..., tuple[int, str]]
ON_A_TERMINAL = """
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
"""


@pytest.fixture
def perf(place: Place, capsys: pytest.CaptureFixture[str]) -> Perf:
    """Registers a suite and runs it as typed; gives the exit code and all that was printed."""

    def run(suite: str, *words: str) -> tuple[int, str]:
        place.home.suites.write_text(f"suites: [{SUITES / suite}]\n", encoding="utf-8")
        with pytest.raises(SystemExit) as end:
            main(["run", *words])
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out + captured.err

    return run


def page(place: Place) -> str:
    """The newest report."""
    (found,) = place.home.reports.glob("*/index.html")
    return found.read_text(encoding="utf-8")


def test_a_campaign_of_faults_ends_with_a_report(place: Place, perf: Perf) -> None:
    """One fails, one does not validate, one misses its service; the fourth is measured."""
    code, said = perf("faulty")
    assert code == 3
    assert "3 of 4 benchmarks gave no result" in said
    assert "Works: ok, 5 trials in" in said
    text = page(place)
    for reason in (
        "the shelf is empty",
        "no service answers at tcp://127.0.0.1:9",
        "misspelt.yaml:4: tragets",
        "did you mean targets?",
    ):
        assert reason in text
    (run,) = place.runs()
    assert run.status is dg.DagsterRunStatus.SUCCESS
    checks = place.checks(run)
    assert checks["Works", "measured"].passed
    for name in ("Fails", "NeedsService", "Misspelt"):
        failed = checks[name, "measured"]
        assert (failed.passed, failed.severity) == (False, dg.AssetCheckSeverity.ERROR)
    complete = checks["roadmap", "campaign_complete"]
    assert (complete.passed, complete.severity) == (False, dg.AssetCheckSeverity.ERROR)
    rows = run_query(
        place.home.history, "select benchmark, status from v_benchmarks order by benchmark"
    ).rows
    assert [tuple(row) for row in rows] == [
        ("Fails", "failed"),
        ("Misspelt", "configuration_failure"),
        ("NeedsService", "environment_failure"),
        ("Works", "ok"),
    ]


def test_a_forbidden_profiler_is_a_reason(
    place: Place, perf: Perf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process closed to tracers is measured all the same; the report says why no profile is."""
    real = shutil.which("py-spy", path=Path(sys.executable).parent) or shutil.which("py-spy")
    drop = "setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace" if os.geteuid() == 0 else ""
    ordinary = tmp_path / "py-spy"
    ordinary.write_text(f'#!/bin/sh\nexec {drop} "{real}" "$@"\n', encoding="utf-8")
    ordinary.chmod(0o755)
    monkeypatch.setattr(py_spy, "_find_program", lambda: str(ordinary))
    code, said = perf("guarded")
    assert code == 0, said
    (profile,) = place.store.profiles(next((place.home.reports).iterdir()).name)
    assert profile.status == "environment_failure"
    assert "may not look into process" in profile.message
    assert "may not look into process" in page(place)


def test_an_unfit_machine_ends_with_a_report(
    place: Place, perf: Perf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is measured, everything is promised: every row says why."""
    monkeypatch.setattr(machine, "NEEDED_DISK_BYTES", 1 << 60)
    code, said = perf("tiny")
    assert code == 3
    assert "Nothing was measured: 3 of 3 benchmarks" in said
    assert "of disk are free" in page(place)
    (run,) = place.runs()
    assert not place.checks(run)["machine", "fit"].passed
    assert run.status is dg.DagsterRunStatus.SUCCESS


def test_a_held_warehouse_stops_nothing(
    place: Place, tiny: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody looks into it all night: landed, not loaded; the next load takes everything."""

    def impatient(home: Home) -> WarehouseStore:
        store = open_store(home)
        store.wait_s = 0.0
        return store

    monkeypatch.setattr(resources, "open_store", impatient)
    monkeypatch.setattr(launch, "open_store", impatient)
    place.store.load()
    with session(place.home.warehouse):
        ended = place.launch(tiny, tags=("fast",))
    assert ended.failure == ""
    assert not ended.incomplete
    (run,) = place.runs()
    shown = place.materialised(run)
    assert str(shown["SortNumbers"]["warehouse"]).startswith("The warehouse")
    assert "held open by" in str(shown["SortNumbers"]["warehouse"])
    assert str(shown["baseline"]["history"]).startswith("landed, not loaded")
    assert "held open by" in page(place)
    assert not place.home.history.exists()
    loaded = place.store.load()
    assert loaded.files == len(list(place.home.landing.rglob("*.parquet")))
    assert place.store.load().files == 0
    assert {one.benchmark for one in place.store.measurements(ended.campaign_id)} == {"SortNumbers"}


def test_a_full_disk_breaks_a_campaign_off(place: Place, perf: Perf) -> None:
    """What cannot be written is said in a sentence, with the way to go on; exit code 3."""
    (place.home.landing).mkdir(parents=True)
    (place.home.landing / "trials").touch()
    code, said = perf("tiny", "--tag", "fast")
    assert code == 3
    assert "The campaign broke off." in said
    assert "cannot be written: Not a directory." in said
    (campaign,) = place.store.campaigns("tiny", MACHINE)
    assert f"perf-pipeline run --suite tiny --resume {campaign}" in said
    (place.home.landing / "trials").unlink()
    assert perf("tiny", "--resume", campaign, "--tag", "fast")[0] == 0


@pytest.fixture
def _ctrl_c_counts() -> Iterator[None]:
    """Whoever is started in the background of a script inherits that SIGINT is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_counts")
def test_ctrl_c_stops_a_campaign(place: Place) -> None:
    """Exit code 130, the way to go on, and nothing left running; SIGTERM does the same."""
    place.home.suites.write_text(f"suites: [{SUITES / 'tiny'}]\n", encoding="utf-8")
    program = Path(sys.executable).with_name("perf-pipeline")
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "TMPDIR": tempfile.gettempdir(), "PATH": path}
    for number, stop in ((1, signal.SIGINT), (2, signal.SIGTERM)):
        with subprocess.Popen(
            [program, "run"], env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert "SortNumbers: ok" in process.stderr.readline()
            process.send_signal(stop)
            said = process.stderr.read()
        campaign = place.store.campaigns("tiny", MACHINE)[-1]
        assert campaign.endswith(f"-{number}")
        assert process.returncode == 130
        assert said.splitlines()[-3:] == [
            "Stopped.",
            "What has landed is kept.",
            f"Go on with it: perf-pipeline run --suite tiny --resume {campaign}",
        ]


@pytest.mark.usefixtures("_ctrl_c_counts")
def test_ctrl_c_on_a_terminal_leaves_our_words_alone(place: Place) -> None:
    """A terminal sends it to everything that was started there; only we answer."""
    place.home.suites.write_text(f"suites: [{SUITES / 'tiny'}]\n", encoding="utf-8")
    program = Path(sys.executable).with_name("perf-pipeline")
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    own = {"TMPDIR": tempfile.gettempdir(), "TERM": "xterm", "PATH": path}
    environment = {**os.environ, **own}
    with subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, program, "run"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        shown = b""
        while b"SortNumbers: ok" not in shown:
            shown = shown[-100:] + (process.stdout.read1() or pytest.fail(shown.decode()))
        process.stdin.write(b"\x03")
        process.stdin.flush()
        said = process.stdout.read().decode()
    (campaign,) = place.store.campaigns("tiny", MACHINE)
    assert process.returncode == 130
    lines = re.split(r"[\r\n]+", re.sub(r"\x1b\[[\d;?]*\w", "", said.rpartition("^C")[2]))
    assert [
        line.strip()
        for line in lines
        if line.strip() and "\N{BOX DRAWINGS HEAVY HORIZONTAL}" not in line
    ] == [
        "Stopped.",
        "What has landed is kept.",
        f"Go on with it: perf-pipeline run --suite tiny --resume {campaign}",
    ]
