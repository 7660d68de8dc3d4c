"""Rebuilding: the warehouse made anew from the landed files alone; nothing is judged again."""

from __future__ import annotations

import duckdb

from perf_pipeline.model import LoadOutcome
from warehouse.errors import WarehouseError
from warehouse.load import load
from warehouse.publish import remove_database, replace_database
from warehouse.session import WAIT_S, locked, session
from warehouse.statements import query
from warehouse.store import WarehouseStore


def rebuild(store: WarehouseStore, *, wait_s: float = WAIT_S) -> LoadOutcome:
    """Replay all landed files into a new file, then put it in the place of the old one.

    Until that moment the old warehouse stands; the history stays as published. Damaged landing
    files are named in `rejected` and left out.

    Raises:
        WarehouseBusy: One of our own processes is at work in the warehouse.
        WarehouseError: The new file could not be finished; the old one stands.
    """
    new = store.warehouse.with_name(f"{store.warehouse.name}.rebuild")
    with locked(store.warehouse, wait_s=wait_s):
        remove_database(new)
        try:
            outcome = load(store.landing, new, store.rollups)
            if outcome.busy:
                raise _failed(outcome.busy)
            with session(new) as connection:
                connection.execute(query("checkpoint"))
            replace_database(new, store.warehouse)
        except (OSError, duckdb.Error) as error:
            raise _failed(str(error)) from error
        finally:
            remove_database(new)
    return outcome


def _failed(why: str) -> WarehouseError:
    return WarehouseError(
        "The warehouse could not be rebuilt.", why=why, kept="The former one stands."
    )
