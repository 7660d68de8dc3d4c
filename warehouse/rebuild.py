"""Makes the warehouse anew from landing, without judging anything again."""

from __future__ import annotations

from pathlib import Path

import duckdb

from perf_pipeline.model import LoadOutcome
from warehouse.errors import WarehouseError
from warehouse.incoming import Rollups
from warehouse.load import load
from warehouse.publish import remove_database, replace_database
from warehouse.session import WAIT_S, locked, session
from warehouse.statements import query


def rebuild(
    landing: Path,
    warehouse: Path,
    rollups: Rollups,
    *,
    wait_s: float = WAIT_S,
    keep: Path | None = None,
) -> LoadOutcome:
    """Replay all landed files into a new file, then put it in the place of the old one.

    Until that moment the old warehouse stands; the history stays as published. Damaged landing
    files are named in `rejected` and left out.

    Args:
        landing: Folder of the landed files.
        warehouse: The database file.
        rollups: How trials become measurements and profiles hotspots.
        wait_s: How long to wait for one of our own processes.
        keep: Where the old file goes when the new one lacks a landed file; None drops it.

    Raises:
        WarehouseBusy: One of our own processes is at work in the warehouse.
        WarehouseError: The new file could not be finished; the old one stands.
    """
    new = warehouse.with_name(f"{warehouse.name}.rebuild")
    with locked(warehouse, wait_s=wait_s):
        remove_database(new)
        try:
            outcome = load(landing, new, rollups)
            if outcome.busy:
                raise _failed(outcome.busy)
            with session(new) as connection:
                connection.execute(query("checkpoint"))
            if keep and outcome.rejected:
                warehouse.replace(keep)
            replace_database(new, warehouse)
        except (OSError, duckdb.Error) as error:
            raise _failed(str(error)) from error
        finally:
            remove_database(new)
    return outcome


def _failed(why: str) -> WarehouseError:
    return WarehouseError(
        "The warehouse could not be rebuilt.", why=why, kept="The former one stands."
    )
