"""Kill -9 at random moments of a campaign: what landed counts, the rest is measured, once."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from jobs.runs import CAMPAIGN_TAG
from jobs.wiring import open_store
from perf_pipeline.home import Home
from perf_pipeline.model import Subject, TrialStatus
from tests.jobs.conftest import MACHINE, SUITES, processes_in
from warehouse.store import WarehouseStore

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]

KILLS = 10
PERF = str(Path(sys.executable).with_name("perf-pipeline"))
LONGEST_S = 120.0
GONE_S = 10.0

Row = tuple[str, str, str, int]


@dataclass(frozen=True)
class Bench:
    """A machine's folder: home, lock and everything temporary."""

    folder: Path

    @property
    def home(self) -> Home:
        """What is kept."""
        return Home(self.folder / "home")

    @property
    def store(self) -> WarehouseStore:
        """Its store."""
        return open_store(self.home)

    def run(self, *words: str) -> subprocess.Popen[bytes]:
        """`perf-pipeline run` in a process of its own."""
        named = {"HOME": self.folder, "PERF_HOME": self.home.root, "TMPDIR": self.folder / "tmp"}
        named |= {"PERF_LOCK": self.folder / "lock", "DAGSTER_HOME": self.home.dagster}
        environment = {**os.environ, **{name: str(path) for name, path in named.items()}}
        with (self.folder / "out").open("ab") as out, (self.folder / "err").open("ab") as err:
            return subprocess.Popen(
                [PERF, "run", *words],
                env={**environment, "PERF_MACHINE": MACHINE},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def said(self) -> str:
        """Everything printed so far."""
        return (self.folder / "out").read_text() + (self.folder / "err").read_text()

    def campaigns(self) -> tuple[str, ...]:
        """What has begun."""
        return self.store.campaigns("tiny", MACHINE)

    def counted(self, campaign_id: str) -> set[Row]:
        """(benchmark, case, metric, counted attempt) of a campaign, as the warehouse has it."""
        return {
            (one.benchmark, one.case_id, one.metric.name, one.attempt)
            for one in self.store.measurements(campaign_id)
        }


def settle(folder: Path) -> Bench:
    """A folder with the tiny suite registered."""
    bench = Bench(folder)
    (folder / "tmp").mkdir(parents=True)
    bench.home.root.mkdir()
    bench.home.suites.write_text(f"suites: [{SUITES / 'tiny'}]\n", encoding="utf-8")
    return bench


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[Row], float]:
    """What a campaign that nobody disturbs counts, and how long it takes."""
    bench = settle(tmp_path_factory.mktemp("undisturbed"))
    began = time.monotonic()
    process = bench.run()
    assert process.wait(LONGEST_S) == 0, bench.said()
    took_s = time.monotonic() - began
    (campaign,) = bench.campaigns()
    return bench.counted(campaign), took_s


@dataclass(frozen=True)
class Killed:
    """What stands after ten kills."""

    bench: Bench
    pids: tuple[int, ...]
    """Of the runs that were killed."""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory, undisturbed: tuple[set[Row], float]) -> Killed:
    """Campaigns, killed ten times in all, each gone on with until it is done."""
    _, took_s = undisturbed
    seed = int(os.environ.get("PERF_KILL_SEED") or secrets.randbits(32))
    print(f"PERF_KILL_SEED={seed}")  # noqa: T201 - to draw the same moments again
    draw = random.Random(seed)  # noqa: S311 - moments, nothing secret
    bench = settle(tmp_path_factory.mktemp("killed"))
    pids: list[int] = []
    words: tuple[str, ...] = ()
    for _ in range(5 * KILLS):
        moment_s = draw.uniform(0.1, 0.6) * took_s if len(pids) < KILLS else LONGEST_S
        process = bench.run(*words)
        with contextlib.suppress(subprocess.TimeoutExpired):
            assert process.wait(moment_s) == 0, bench.said()
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            pids.append(process.pid)
            wait_until_gone(bench.folder)
        elif len(pids) == KILLS:
            break
        words = ("--resume", "last") if unfinished(bench) else ()
    return Killed(bench, tuple(pids))


def wait_until_gone(folder: Path) -> None:
    """The supervisors end what was being measured, without the run that was killed."""
    deadline = time.monotonic() + GONE_S
    while processes_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_in(folder) == []


def unfinished(bench: Bench) -> bool:
    """Whether the newest campaign has begun and none of its runs has come to its end."""
    newest = bench.campaigns()[-1:]
    with instance_of(bench) as instance:
        ended = dg.RunsFilter(
            tags={CAMPAIGN_TAG: "".join(newest)}, statuses=[dg.DagsterRunStatus.SUCCESS]
        )
        return bool(newest) and not instance.get_runs(filters=ended)


@contextlib.contextmanager
def instance_of(bench: Bench) -> Iterator[dg.DagsterInstance]:
    """Dagster's storage of a home."""
    with dg.DagsterInstance.from_config(str(bench.home.dagster)) as instance:
        yield instance


def test_it_was_killed_ten_times(killed: Killed) -> None:
    """Else this file shows nothing."""
    assert len(killed.pids) == KILLS
    assert killed.bench.campaigns()


def test_every_campaign_counts_what_an_undisturbed_one_does(
    killed: Killed, undisturbed: tuple[set[Row], float]
) -> None:
    """The same benchmarks, cases and metrics, by the same attempt."""
    expected, _ = undisturbed
    for campaign in killed.bench.campaigns():
        assert killed.bench.counted(campaign) == expected


def test_each_landed_file_is_loaded_once(killed: Killed) -> None:
    """Also those that landed just before a kill; no trial is there twice."""
    landing = killed.bench.home.landing
    landed = Counter(str(path.relative_to(landing)) for path in landing.rglob("*.parquet"))
    with duckdb.connect(str(killed.bench.home.history), read_only=True) as connection:
        loaded = Counter(
            path for (path,) in connection.execute("select path from landed_file").fetchall()
        )
        (doubled,) = connection.execute(
            "select count(*) - count(distinct trial_id) from v_trials"
        ).fetchall()
    assert loaded == landed
    assert doubled == (0,)


def test_nothing_landed_is_measured_twice(killed: Killed) -> None:
    """An attempt that counts has none after it; a profile that landed has no second."""
    store = killed.bench.store
    for campaign in killed.bench.campaigns():
        for name in ("SortNumbers", "HashText", "WholeFlow"):
            statuses = [one.status for one in store.attempts(campaign, name)]
            assert statuses.count(TrialStatus.OK) == 1
            assert statuses[-1] is TrialStatus.OK
        profiles = Counter((one.case_id, one.profiler) for one in store.profiles(campaign))
        assert set(profiles.values()) == {1}
        plans = [run for run in store.runs(campaign) if run.plan_of]
        assert len(plans) == 1


def test_no_process_is_left(killed: Killed) -> None:
    """Neither of a trial nor of anything else that carries this home."""
    assert processes_in(killed.bench.folder) == []


def test_no_lock_is_held(killed: Killed) -> None:
    """The kernel dropped it with each kill."""
    with (killed.bench.folder / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_dead_runs_are_closed(killed: Killed) -> None:
    """Every run that was killed failed and says so; none is left running."""
    with instance_of(killed.bench) as instance:
        runs = instance.get_runs()
    statuses = Counter(run.status for run in runs)
    assert set(statuses) <= {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}
    assert statuses[dg.DagsterRunStatus.SUCCESS] == len(killed.bench.campaigns())


def test_every_report_is_written(killed: Killed) -> None:
    """Each campaign came to its sentence, and its page says it."""
    for campaign in killed.bench.campaigns():
        said = killed.bench.store.verdicts(campaign)
        (whole,) = [one for one in said if one.subject is Subject.CAMPAIGN]
        page = killed.bench.home.reports / campaign / "index.html"
        assert whole.reason in page.read_text(encoding="utf-8")
