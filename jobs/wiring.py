"""The one place where store, engine and home are put together."""

from __future__ import annotations

from perf_pipeline.home import Home
from warehouse.store import WarehouseStore


def open_store(home: Home) -> WarehouseStore:
    """The store of a home, with the engine's summaries."""
    from perf_pipeline.analysis.hotspots import rank
    from perf_pipeline.analysis.measurement import summarise
    from warehouse.incoming import Rollups

    rollups = Rollups(measurements=summarise, hotspots=rank)
    return WarehouseStore(home.landing, home.warehouse, home.history, rollups)
