"""A fresh store for each test, and one filled with three nights for those that only look."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.warehouse import builders, nights, regressions
from warehouse.session import session
from warehouse.store import WarehouseStore


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with tables, views and no rows: made once, it costs more than most tests."""
    path = tmp_path_factory.mktemp("empty") / "warehouse.duckdb"
    with session(path):
        pass
    return path


@pytest.fixture
def store(tmp_path: Path, empty_warehouse: Path) -> WarehouseStore:
    """A store in which nothing has landed."""
    store = nights.store_in(tmp_path)
    shutil.copyfile(empty_warehouse, store.warehouse)
    return store


@pytest.fixture(scope="session")
def three_nights(tmp_path_factory: pytest.TempPathFactory) -> WarehouseStore:
    """Three full campaigns of two benchmarks, loaded and published; for reading only."""
    store = nights.store_in(tmp_path_factory.mktemp("three_nights"))
    declared = [builders.benchmark("Sort"), builders.benchmark("Find")]
    for record in builders.spread(3, lambda night: builders.run(declared, night=night)):
        nights.land_night(store, record)
    store.land_verdicts(regressions.control(record, declared[0], 1))
    assert not store.load().rejected
    store.publish()
    return store
