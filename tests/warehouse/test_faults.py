"""From landing into the warehouse, when something goes wrong."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from perf_pipeline.model import BenchmarkRecord, LoadOutcome
from tests.warehouse import builders, nights
from tests.warehouse.processes import holding, start
from warehouse.session import session
from warehouse.store import WarehouseStore


def declared(count: int) -> list[BenchmarkRecord]:
    """So many benchmarks of one case each."""
    return [
        builders.benchmark(f"Bench{n}", [builders.case(f"Bench{n}", size=n)]) for n in range(count)
    ]


def land_attempts(store: WarehouseStore, count: int, *, values: int = 20) -> int:
    """A run of `count` benchmarks with one attempt each; returns the number of files."""
    record = builders.run(declared(count))
    store.land_run(record)
    for what in record.benchmarks:
        store.land_trials(builders.attempt(record, what, values=values))
    return count + 1


def assert_each_once(store: WarehouseStore, attempts: int) -> None:
    """Ledger, trials, values and rollups hold every file exactly once."""
    with session(store.warehouse) as connection:
        answer = connection.execute("""
            select
                (select count(*) from landed_file),
                (select count(*) from trial),
                (select count(distinct trial_id) from trial),
                (select count(distinct trial_key) from trial),
                (select count(*) from value),
                (select count(*) from measurement),
                (select count(*) from attempt),
                (select count(*) from run)
        """).fetchall()
    trials = 5 * attempts
    expected = (attempts + 1, trials, trials, trials, 66 * trials, 3 * attempts, attempts, 1)
    assert answer == [expected]


def test_killed_ten_times(store: WarehouseStore, tmp_path: Path) -> None:
    """`kill -9` at random points of a load: what is missing comes, nothing comes twice."""
    land_attempts(store, 40)
    generator = random.Random(11)  # noqa: S311  # moments, not secrets
    for _ in range(10):
        with start("load", str(tmp_path)) as process:
            assert process.stdout is not None
            for _ in range(generator.randint(1, 4)):
                process.stdout.readline()
            time.sleep(generator.uniform(0, 0.02))
            process.kill()
        assert not store.measurements("nobody's")  # readers come in over what was left
    before = store.load()
    assert 0 < before.files < 41
    assert not before.rejected
    assert_each_once(store, 40)


def test_two_loaders_at_once(store: WarehouseStore, tmp_path: Path) -> None:
    """Both end well and together load every file exactly once."""
    land_attempts(store, 20)
    with start("load", str(tmp_path)) as one, start("load", str(tmp_path)) as other:
        said = [one.communicate()[0], other.communicate()[0]]
    counts = [int(text.split("loaded ")[1].split()[0]) for text in said]
    assert sum(counts) == 21
    assert_each_once(store, 20)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_forgotten_reader(store: WarehouseStore, *, read_only: bool) -> None:
    """While somebody holds the warehouse files stay landed; the next load takes them."""
    store.load()
    files = land_attempts(store, 2)
    with holding(store.warehouse, read_only=read_only) as pid:
        outcome = store.load()
        assert (outcome.files, outcome.rejected) == (0, ())
        assert f"(PID {pid})" in outcome.busy
        assert "\n" not in outcome.busy
    assert store.load().files == files
    assert_each_once(store, 2)


def test_damaged_files_are_named_and_passed_over(store: WarehouseStore) -> None:
    """Truncated, empty and foreign files are reported each time; the rest is loaded."""
    files = land_attempts(store, 5)
    paths = sorted((store.landing / "trials").rglob("*.parquet"))
    whole = paths[0].read_bytes()
    for path, content in zip(paths[:3], (whole[:-100], b"", b"something else"), strict=True):
        path.write_bytes(content)
    outcome = store.load()
    assert outcome.files == files - 3
    assert len(outcome.rejected) == 3
    assert all(str(path) in said for path, said in zip(paths, outcome.rejected, strict=False))
    assert store.load() == LoadOutcome(0, 0, rejected=outcome.rejected)
    paths[0].write_bytes(whole)
    assert store.load().files == 1


def test_a_disk_that_fills_up(store: WarehouseStore, tmp_path: Path) -> None:
    """Whole files come in until it is full; the rest comes when there is space again."""
    files = land_attempts(store, 40)
    with start("load", str(tmp_path), str(600_000)) as process:
        said, _ = process.communicate()
    _, loaded, _, why = said.splitlines()[-1].split(maxsplit=3)
    assert 0 < int(loaded) < files
    assert "could not be written" in why
    assert store.load() == LoadOutcome(files - int(loaded), 5 * (files - int(loaded)))
    assert_each_once(store, 40)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB, where the test may mount one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_file_system_that_fills_up(tmp_path: Path, tiny_disk: Path) -> None:
    """The same on a real file system without space, grown afterwards."""
    store = nights.store_in(tmp_path)
    store.warehouse = tiny_disk / "warehouse.duckdb"
    files = land_attempts(store, 40)
    outcome = store.load()
    assert 0 < outcome.files < files
    assert "No space left" in outcome.busy
    subprocess.run(["mount", "-o", "remount,size=100m", str(tiny_disk)], check=True)
    assert store.load().files == files - outcome.files
    assert_each_once(store, 40)
