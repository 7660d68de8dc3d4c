"""Brings landed files into the warehouse: each once, each whole, each in its own transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from perf_pipeline.model import LoadOutcome, MetricDefinition, Trial
from warehouse.columns import from_table
from warehouse.errors import LandingError, WarehouseError, WarehouseOutdated
from warehouse.incoming import Rollups
from warehouse.landing import unreadable
from warehouse.paths import LandedFile, landed_files
from warehouse.prepare import prepare
from warehouse.session import WAIT_S, session
from warehouse.statements import query

LOADER_VERSION = 1
"""Kept in the ledger; moves when the same file would be loaded into other rows."""

# The database file or the disk below it failed: other files would fail too.
_FATAL = (duckdb.FatalException, duckdb.IOException, duckdb.OutOfMemoryException)
_TRIES = 2


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What the ledger says of a loaded file."""

    sha256: str
    size_bytes: int
    rows: int
    loaded_at_s: float


@dataclass(slots=True)
class _Progress:
    known: frozenset[str] | None = None
    loaded: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)

    def compare(self, ledger: dict[str, LedgerRow]) -> None:
        """Count what the ledger has now and had not at first: a commit may outlive its error."""
        if self.known is None:
            self.known = frozenset(ledger)
        new = ledger.keys() - self.known
        self.loaded = {name: ledger[name].rows for name in new}

    def outcome(self, busy: str = "") -> LoadOutcome:
        rejected = tuple(self.rejected.values())
        return LoadOutcome(len(self.loaded), sum(self.loaded.values()), busy, rejected)


def load(
    landing: Path, warehouse: Path, rollups: Rollups, *, wait_s: float = WAIT_S
) -> LoadOutcome:
    """Bring every landed file without a ledger row into the warehouse.

    A file that cannot be read, or that changed after it was loaded, is named in `rejected`; the
    rest is loaded. When the warehouse is held by somebody, cannot be opened, or the disk is full,
    `busy` says so: what was committed stays, the rest stays landed and comes with the next load.

    Args:
        landing: Folder of the landed files.
        warehouse: The database file; created if missing.
        rollups: How trials become measurements and profiles hotspots.
        wait_s: How long to wait for somebody who holds the warehouse.

    Raises:
        WarehouseOutdated: The tables are those of an older version.
    """
    progress = _Progress()
    trouble = ""
    for _ in range(_TRIES):
        try:
            with session(warehouse, wait_s=wait_s) as connection:
                _load_pending(connection, landing, rollups, progress)
            return progress.outcome()
        except WarehouseOutdated:
            raise
        except WarehouseError as error:
            return progress.outcome(busy=error.sentence)
        except duckdb.Error as error:
            # The connection may be dead: begin again from what the ledger says.
            trouble = str(error).strip().splitlines()[0]
    return progress.outcome(
        busy=f"The warehouse {warehouse} could not be written: {trouble}. What is not loaded stays "
        "landed: free some space, the next load brings it."
    )


def _load_pending(
    connection: duckdb.DuckDBPyConnection, landing: Path, rollups: Rollups, progress: _Progress
) -> None:
    ledger = _ledger(connection)
    progress.compare(ledger)
    for file in landed_files(landing):
        try:
            if file.name in ledger:
                _check_unchanged(file, ledger[file.name])
            else:
                progress.loaded[file.name] = _load_one(connection, file, rollups)
        except LandingError as error:
            progress.rejected[file.name] = error.sentence
        except FileNotFoundError as error:
            progress.rejected[file.name] = unreadable(file.path, error).sentence


def _ledger(connection: duckdb.DuckDBPyConnection) -> dict[str, LedgerRow]:
    rows = connection.execute(query("select_landed_file")).fetchall()
    return {name: LedgerRow(*row) for name, *row in rows}


def _load_one(connection: duckdb.DuckDBPyConnection, file: LandedFile, rollups: Rollups) -> int:
    connection.begin()
    try:
        rows = _insert_file(connection, file, rollups)
    except (LandingError, FileNotFoundError):
        connection.rollback()
        raise
    except _FATAL:
        raise
    except duckdb.Error as error:
        connection.rollback()
        why = str(error).strip().splitlines()[0]
        raise LandingError(f"Landing file {file.path} cannot be loaded: {why}") from error
    # What fails from here on is the fault of the disk, not of this file.
    connection.commit()
    return rows


def _insert_file(connection: duckdb.DuckDBPyConnection, file: LandedFile, rollups: Rollups) -> int:
    """Insert a file with its rollups and its ledger row; return its number of records."""
    rows, insert = prepare(
        file.kind, file.path, lambda trial: _declared(connection, trial), rollups
    )
    ledger_row = {
        "path": file.name,
        "kind": file.kind,
        "sha256": _sha256(file.path),
        "bytes": file.entry.stat().st_size,
        "rows": rows,
        "loaded_at": datetime.now(UTC).replace(tzinfo=None),
        "loader_version": LOADER_VERSION,
    }
    insert(connection)
    connection.execute(query("insert_landed_file"), ledger_row)
    return rows


def _declared(connection: duckdb.DuckDBPyConnection, trial: Trial) -> tuple[MetricDefinition, ...]:
    of = {
        "campaign_id": trial.campaign_id,
        "run_id": trial.run_id,
        "benchmark": trial.benchmark,
    }
    table = connection.sql(query("select_declared"), params=of).to_arrow_table()
    return from_table(table, MetricDefinition)


def _check_unchanged(file: LandedFile, row: LedgerRow) -> None:
    """Hash again only what looks touched since; `warehouse rebuild` reads every file anew."""
    status = file.entry.stat()
    if status.st_size == row.size_bytes and status.st_mtime <= row.loaded_at_s:
        return
    if _sha256(file.path) != row.sha256:
        raise LandingError(
            f"Landing file {file.path} was changed after it was loaded, which is never right.",
            kept="The warehouse keeps what it loaded.",
            todo="Restore the file, or run `perf-pipeline warehouse rebuild` to take it as it is.",
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
