"""Where landing files lie."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.warehouse import builders, outcomes
from warehouse import paths
from warehouse.store import WarehouseStore

ROOT = Path("/landing")
FOLDER = "toy/2026-03-01/toy-bench-01.example.org-2026-03-01-1"


def test_paths_carry_the_natural_key() -> None:
    """Kind, suite, night, campaign, and what the file is about."""
    record, what = builders.run(), builders.benchmark()
    trial = builders.attempt(record, what, number=2)[0]
    assert paths.run_path(ROOT, record) == ROOT / "runs" / FOLDER / "run-1-start.parquet"
    plan = paths.run_path(ROOT, builders.plan(record))
    assert plan == ROOT / "runs" / FOLDER / "run-1-plan-regressions.parquet"
    assert paths.trials_path(ROOT, trial) == ROOT / "trials" / FOLDER / "Sort-2.parquet"
    event = outcomes.event()
    expected = ROOT / "events/toy/2026-03-01" / f"{event.event_id}.parquet"
    assert paths.event_path(ROOT, event) == expected


@pytest.mark.parametrize(
    "name", ["..", ".", "", "a/b", "../../etc/passwd", "a b", "host:1", "münchen", "x" * 300, "*?["]
)
def test_any_name_is_one_part_of_a_path(name: str) -> None:
    """No name leaves its folder, hides, matches others or is too long."""
    safe = paths.safe(name)
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert 0 < len(safe) < 130
    assert not set(safe) & set("/*?[ ")


def test_different_names_stay_different() -> None:
    """Long names that share their beginning do not meet."""
    assert paths.safe("x" * 300) != paths.safe("x" * 301)
    assert paths.safe("a/b") != paths.safe("a_b")


def test_campaigns_of_one_machine_oldest_first(store: WarehouseStore) -> None:
    """By night, then by number as a number; machines whose names begin alike are kept apart."""
    for machine in ("bench", "bench-2", "bench-2026-01-01-1"):
        for night, number in ((2, 1), (1, 10), (1, 9)):
            store.land_run(builders.run(night=date(2026, 3, night), number=number, machine=machine))
    assert store.campaigns("toy", "bench") == (
        "toy-bench-2026-03-01-9",
        "toy-bench-2026-03-01-10",
        "toy-bench-2026-03-02-1",
    )
    assert store.campaigns("toy", "elsewhere") == store.campaigns("other", "bench") == ()


def test_odd_machine_names(store: WarehouseStore) -> None:
    """A machine may be called anything; its campaigns are found again."""
    record = builders.run(machine="Bob's ../box 7")
    path = store.land_run(record)
    assert path.is_relative_to(store.landing)
    assert store.campaigns("toy", "Bob's ../box 7") == (record.campaign_id,)
    assert store.runs(record.campaign_id) == (record,)


def test_landed_files_night_by_night(store: WarehouseStore) -> None:
    """Nights in order; within a night runs first, events last; temporary files are no files."""
    what = builders.benchmark()
    for night in (date(2026, 3, 2), date(2026, 3, 1)):
        record = builders.run([what], night=night)
        store.land_event(outcomes.event(night))
        path = store.land_trials(builders.attempt(record, what))
        store.land_run(record)
        path.with_name(f".{path.name}.77.tmp").write_bytes(b"half")
        path.with_name(f".{path.name}").write_bytes(b"hidden")
    found = paths.landed_files(store.landing)
    assert [file.kind for file in found] == ["runs", "trials", "events"] * 2
    assert all("2026-03-01" in file.name for file in found[:3])
    assert all(file.path == store.landing / file.name for file in found)
