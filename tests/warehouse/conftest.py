"""A fresh store for each test, and one filled with three nights for those that only look."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse import builders, nights
from warehouse.store import WarehouseStore


@pytest.fixture
def store(tmp_path: Path) -> WarehouseStore:
    """An empty store."""
    return nights.store_in(tmp_path)


@pytest.fixture(scope="session")
def three_nights(tmp_path_factory: pytest.TempPathFactory) -> WarehouseStore:
    """Three full campaigns of two benchmarks, loaded and published; for reading only."""
    store = nights.store_in(tmp_path_factory.mktemp("three_nights"))
    declared = [builders.benchmark("Sort"), builders.benchmark("Find")]
    for record in builders.spread(3, lambda night: builders.run(declared, night=night)):
        nights.land_night(store, record)
    assert not store.load().rejected
    store.publish()
    return store
