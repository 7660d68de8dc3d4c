"""The file format of landing: one Parquet file per natural key, written once, never changed.

A file holds records of one class of `perf_pipeline.model`; its metadata names the kind and the
version of the format. Fields may be added to a class (with a default), so files of every age can
be read by programs of every age.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from perf_pipeline.model import Block, Event, Profile, RunRecord, Trial, VerdictRecord
from warehouse.columns import from_table, to_table
from warehouse.errors import LandingError

FORMAT_VERSION = 1
"""Moves only when an older program could no longer read the file at all."""

KINDS: dict[str, type] = {
    "runs": RunRecord,
    "trials": Trial,
    "blocks": Block,
    "profiles": Profile,
    "verdicts": VerdictRecord,
    "events": Event,
}
"""The six kinds and their record classes, in the order in which they are loaded."""

Record = TypeVar("Record")

_FORMAT_KEY = b"perf_pipeline.format"
_KIND_KEY = b"perf_pipeline.kind"
# What pyarrow raises for a file that is cut off, was overwritten or is no Parquet at all; its own
# errors derive from ValueError, TypeError and KeyError.
_UNREADABLE = (pa.ArrowException, OSError, ValueError, TypeError, KeyError)


def write(records: Sequence[Record], path: Path) -> Path:
    """Write a new file that is either there as a whole or not at all; return its path.

    It is written under a temporary name in the same folder, flushed to the disk, then renamed.

    Raises:
        LandingError: there is nothing to write, a file of that name exists, a value does not fit
            its column, or the disk refuses.
    """
    if not records:
        raise LandingError(f"There is nothing to land in {path}.")
    if path.exists():
        raise _exists(path)
    try:
        cls: type = type(records[0])
        table = to_table(records, cls).replace_schema_metadata(_metadata(cls))
    except (ValueError, TypeError, OverflowError) as error:
        raise LandingError(f"A record for {path} cannot be written: {error}.") from error
    try:
        _write_whole(table, path)
    except OSError as error:
        raise LandingError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def read(path: Path, cls: type[Record]) -> tuple[Record, ...]:
    """The records of a file, in the order written.

    Raises:
        LandingError: the file is missing, damaged, of another kind or from a newer format.
    """
    try:
        # Arrow's own file, read on this thread: one of Python's would be closed by a thread of
        # Arrow's, which aborts the process if Python is at its end by then.
        with pa.OSFile(str(path)) as file:
            parquet = pq.ParquetFile(file, page_checksum_verification=True, pre_buffer=False)
            table = parquet.read(use_threads=False)
        _check(table.schema.metadata or {}, cls, path)
        return from_table(table, cls)
    except _UNREADABLE as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> LandingError:
    """The sentence for a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return LandingError(f"Landing file {path} is not there.")
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return LandingError(f"Landing file {path} cannot be read: {first.rstrip('.')}.")


def kind_of(cls: type) -> str:
    """The kind under which records of a class are landed."""
    return next(kind for kind, landed in KINDS.items() if landed is cls)


def _metadata(cls: type) -> dict[bytes, bytes]:
    return {_FORMAT_KEY: str(FORMAT_VERSION).encode(), _KIND_KEY: kind_of(cls).encode()}


def _check(metadata: dict[bytes, bytes], cls: type, path: Path) -> None:
    kind = metadata.get(_KIND_KEY, b"").decode()
    if kind != kind_of(cls):
        raise LandingError(f"Landing file {path} holds {kind or 'no'} records, not {kind_of(cls)}.")
    if int(metadata[_FORMAT_KEY]) > FORMAT_VERSION:
        raise LandingError(f"Landing file {path} is from a newer version: update perf-pipeline.")


def _write_whole(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            pq.write_table(table, file, compression="zstd", write_page_checksum=True)
            file.flush()
            os.fsync(file.fileno())
        _rename_to_new(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _rename_to_new(temporary: Path, path: Path) -> None:
    try:
        # A link refuses to replace what is there; a rename would not.
        os.link(temporary, path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:  # the file system knows no hard links
        temporary.rename(path)


def sync_folder(folder: Path) -> None:
    """Make a new or renamed entry of a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exists(path: Path) -> LandingError:
    return LandingError(f"{path} is landed already; landing files are never overwritten.")
