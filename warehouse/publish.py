"""Publishing: a copy of the warehouse that people may hold open as long as they like."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse.errors import WarehouseError
from warehouse.landing import sync_folder
from warehouse.session import WAIT_S, locked, opened
from warehouse.statements import query


def publish(warehouse: Path, history: Path, *, wait_s: float = WAIT_S) -> Path:
    """Write `history` anew: checkpoint, close, copy, rename; return its path.

    Whoever has the former history open goes on reading that one.

    Raises:
        WarehouseBusy: Another process holds the warehouse; the former history stands.
        WarehouseError: The copy cannot be written; the former history stands.
    """
    copy = history.with_name(f".{history.name}.{os.getpid()}.tmp")
    try:
        with locked(warehouse, wait_s=wait_s):
            with opened(warehouse, wait_s=wait_s) as connection:
                connection.execute(query("checkpoint"))
            # Only after closing: opening the file a second time would drop DuckDB's lock on it.
            history.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(warehouse, copy)
        _sign(copy)
        replace_database(copy, history)
    except (OSError, duckdb.Error) as error:
        raise WarehouseError(
            f"{history} could not be published.", why=str(error), kept="The former one stands."
        ) from error
    finally:
        remove_database(copy)
    return history


def replace_database(new: Path, path: Path) -> None:
    """Put a closed, checkpointed database file in the place of another, in one step."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    # A log left by somebody who wrote into the old file must not be replayed into the new one.
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    new.replace(path)
    sync_folder(path.parent)


def remove_database(path: Path) -> None:
    """Remove what is there of a database that nobody has open: file, log and lock."""
    for ending in ("", ".wal", ".lock"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()


def _sign(copy: Path) -> None:
    with duckdb.connect(str(copy)) as connection:
        connection.execute(query("insert_publication"), [datetime.now(UTC).replace(tzinfo=None)])
        connection.execute(query("checkpoint"))
