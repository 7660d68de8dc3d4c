"""One whole campaign, looked at from every side: Dagster, landing, views, report."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb
import pytest

from jobs.launch import Ended
from jobs.machine_lock import machine_lock
from jobs.runs import CAMPAIGN_TAG, PROCESS_TAG
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from tests.jobs.conftest import MACHINE, SUITES, Place, settled_in
from warehouse.query import run_query

BENCHMARKS = {"SortNumbers", "HashText", "WholeFlow"}
STEPS = BENCHMARKS | {
    *("machine", "control", "baseline", "microbenchmarks", "macrobenchmarks"),
    *("regressions", "deep_dive", "hotspots", "bottlenecks"),
    *("roadmap", "report", "history", "gate"),
}
LOOK = "select unfinished_at_publication, (select count(*) from v_measurements) from v_status"


@dataclass(frozen=True)
class Week:
    """A campaign that ran through all five days, and what a reader saw meanwhile."""

    place: Place
    suite: Suite
    ended: Ended
    night: date
    seen: tuple[tuple[str, int], ...]
    """Again and again: which campaign was unfinished, and how many figures the history held."""

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the published history answers."""
        return [tuple(row) for row in run_query(self.place.home.history, query).rows]

    @property
    def run(self) -> dg.DagsterRun:
        """The one run it took."""
        (run,) = self.place.runs()
        return run


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """The tiny suite with its own five trials, once."""
    suite = read_suite(SUITES / "tiny")
    night = datetime.now(ZoneInfo("Europe/Berlin")).date()
    with settled_in(tmp_path_factory.mktemp("week")) as place:
        with reading(place.home.history) as seen:
            ended = place.launch(suite, seed=7)
        yield Week(place, suite, ended, night, tuple(seen))


@contextmanager
def reading(history: Path) -> Iterator[list[tuple[str, int]]]:
    """Somebody with a notebook: asks again and again, and never closes the first connection."""
    seen: list[tuple[str, int]] = []
    over = threading.Event()

    def read() -> None:
        forgotten = None
        while not over.wait(0.1):
            if history.exists():
                forgotten = forgotten or duckdb.connect(str(history), read_only=True)
                with duckdb.connect(str(history), read_only=True) as connection:
                    (row,) = connection.execute(LOOK).fetchall()
                seen.append(row)
        if forgotten:
            forgotten.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


def test_it_ends_well(week: Week) -> None:
    """The verdict sentence, the report's path, and what to do next."""
    assert week.ended.failure == ""
    assert not week.ended.incomplete
    campaign = f"tiny-{MACHINE}-{week.night}-1"
    assert week.ended.campaign_id == campaign
    assert week.ended.verdict == "First night: 3 benchmarks measured, nothing to compare with yet."
    page = week.place.home.reports / campaign / "index.html"
    assert week.ended.lines[0] == f"Report   {page}"
    assert week.ended.verdict in page.read_text(encoding="utf-8")


def test_every_step_is_materialised_once(week: Week) -> None:
    """All of the run of that night, which belongs to the campaign and to this process."""
    run = week.run
    assert run.status is dg.DagsterRunStatus.SUCCESS
    assert run.tags["dagster/partition"] == week.night.isoformat()
    assert run.tags[CAMPAIGN_TAG] == week.ended.campaign_id
    assert run.tags[PROCESS_TAG].startswith(f"{run.run_id}:")
    assert set(week.place.materialised(week.run)) == STEPS


def test_pages_show_what_matters(week: Week) -> None:
    """Each measuring asset has its figures as a table and as numbers to plot."""
    shown = week.place.materialised(week.run)
    for name in BENCHMARKS:
        assert shown[name]["status"] == "ok"
        assert str(shown[name]["summary"]).startswith("ok, 5 trials in")
        assert "| cpu_ns |" in str(shown[name]["measurements"])
        assert any(
            label.startswith("cpu_ns") and isinstance(value, float)
            for label, value in shown[name].items()
        )
        assert shown[name]["warehouse"] == "loaded"
    assert shown["machine"]["machine"] == MACHINE
    assert shown["control"]["blocks"] == 2
    assert shown["baseline"]["promised"] == 1
    assert shown["regressions"]["series_suspected"] == 0
    assert shown["roadmap"]["verdict"] == week.ended.verdict
    url = f"http://127.0.0.1:3001/{week.ended.campaign_id}/index.html"
    assert shown["roadmap"]["report"] == shown["report"]["report"] == url
    assert shown["gate"]["gate"] == "open"


def test_checks_say_what_was_reached(week: Week) -> None:
    """A reached target passes; a missed one is a warning, for it was never met before."""
    checks = week.place.checks(week.run)
    assert checks["machine", "fit"].passed
    assert checks["roadmap", "campaign_complete"].passed
    assert all(checks[name, "measured"].passed for name in BENCHMARKS)
    assert checks["SortNumbers", "target_cpu_ns"].passed
    missed = checks["HashText", "target_digest_bytes"]
    assert (missed.passed, missed.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert len(checks) == 9


def test_everything_landed_is_loaded(week: Week) -> None:
    """Each file of every kind is in the ledger, once, as long as it is."""
    landing = week.place.home.landing
    landed = {
        str(path.relative_to(landing)): path.stat().st_size for path in landing.rglob("*.parquet")
    }
    ledger = week.place.home.warehouse
    with duckdb.connect(str(ledger), read_only=True) as connection:
        loaded = connection.execute("select path, bytes from landed_file").fetchall()
    assert dict(loaded) == landed
    assert len(loaded) == len(landed)
    assert {path.split("/")[0] for path in landed} == {
        *("runs", "trials", "blocks", "profiles", "verdicts")
    }


def test_the_views_answer(week: Week) -> None:
    """What was measured, held to its target and concluded is there, with interval and unit."""
    (campaign,) = week.rows("select campaign, finished, budget, seed, sentence from v_campaigns")
    assert campaign == (week.ended.campaign_id, True, "quick", 7, week.ended.verdict)
    measured = week.rows(
        "select component, benchmark, parameters, metric, value, low, high, unit, trials, n "
        "from v_measurements where metric = 'cpu_ns' order by benchmark"
    )
    assert [row[:4] for row in measured] == [
        ("hashing", "HashText", "size=1000 times=50", "cpu_ns"),
        ("sorting", "SortNumbers", "size=2000", "cpu_ns"),
        ("flow", "WholeFlow", "size=2000", "cpu_ns"),
    ]
    for *_, value, low, high, unit, trials, n in measured:
        assert float(str(low)) <= float(str(value)) <= float(str(high))
        assert (unit, trials, n) == ("ns", 5, 40)
    assert week.rows("select count(*), count(distinct benchmark) from v_trials") == [(15, 3)]


def test_targets_are_answered(week: Week) -> None:
    """In the words of the first question anybody asks; the wall clock is silent if contended."""
    targets = {
        (row[1], row[2]): row[5]
        for row in week.rows(
            "select component, benchmark, metric, value, unit, verdict from v_targets"
        )
    }
    contended = week.rows("select bool_or(contended) from v_measurements where clock = 'wall'")
    silent = {"inconclusive"} if contended[0][0] else set()
    assert targets.pop(("SortNumbers", "cpu_ns")) == "met"
    assert targets.pop(("HashText", "digest_bytes")) == "missed"
    assert targets.pop(("WholeFlow", "throughput_items_per_sec")) in {"met", *silent}
    assert targets.pop(("WholeFlow", "flow_latency_ms")) in {"missed", *silent}
    assert not targets


def test_what_the_budget_leaves_out_is_there_too(week: Week) -> None:
    """HashText's large text is declared, not promised, and not measured."""
    assert week.rows(
        "select benchmark, cases, measured, skipped, missing from v_benchmarks order by benchmark"
    ) == [("HashText", 2, 1, 1, 0), ("SortNumbers", 1, 1, 0, 0), ("WholeFlow", 1, 1, 0, 0)]


def test_the_history_is_readable_all_the_while(week: Week) -> None:
    """A reader saw the campaign before anything was measured; at the end none is unfinished."""
    assert {campaign for campaign, _ in week.seen} <= {week.ended.campaign_id, ""}
    assert (week.ended.campaign_id, 0) in week.seen
    assert week.rows("select unfinished_at_publication from v_status") == [("",)]


def test_where_the_time_goes(week: Week) -> None:
    """The benchmark with a profiler has hotspots, or the reason why it has none."""
    profiles = {one.benchmark: one for one in week.place.store.profiles(week.ended.campaign_id)}
    assert "WholeFlow" in profiles
    assert "SortNumbers" not in profiles
    found = week.rows("select count(*) from v_hotspots where benchmark = 'WholeFlow'")[0][0]
    assert bool(found) is bool(profiles["WholeFlow"].stacks)
    assert profiles["WholeFlow"].stacks or profiles["WholeFlow"].message


def test_the_deep_dive_was_planned_and_worked_off(week: Week) -> None:
    """HashText missed its target and had no profile; that is where the time went."""
    store, campaign = week.place.store, week.ended.campaign_id
    (plan,) = [run for run in store.runs(campaign) if run.plan_of]
    assert "HashText" in {item.benchmark for item in plan.plan}
    assert "HashText" in {one.benchmark for one in store.profiles(campaign)}


def test_the_report_stands_in_all_its_forms(week: Week) -> None:
    """The page loads nothing from elsewhere; the figures are those of the warehouse."""
    folder = week.place.home.reports / week.ended.campaign_id
    figures = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert week.ended.campaign_id in json.dumps(figures)
    assert week.ended.verdict in (folder / "report.md").read_text(encoding="utf-8")
    days = {path.name.split("_report_")[0] for path in (folder / "daily_reports").glob("*.json")}
    assert days == {"day_1", "day_2", "day_3"}
    assert list((folder / "metrics_json").glob("*.json"))


def test_the_machine_is_free_again(week: Week) -> None:
    """Whoever comes next may begin."""
    with machine_lock(week.place.home, "next"):
        pass
