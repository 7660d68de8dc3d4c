"""Answers a reader's SQL from the published history, and says in sentences why it cannot."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.errors import QueryError
from warehouse.statements import query, views_digest

Cell = object
"""What DuckDB returns for one cell: text, number, bool, date, list, dict, None, …"""

_NEAR_NAME = re.compile(r"^(Did you mean .*|Candidate bindings: .*)$", re.MULTILINE)
_UNKNOWN_TABLE = re.compile(r"Table with name (\S+) does not exist")
_UNKNOWN = re.compile(r"does not exist|not found")
_ANOTHER_VERSION = (
    "This history was published by another version of perf-pipeline; the next campaign publishes "
    "it anew, or now: perf-pipeline warehouse rebuild"
)
_CLASS = re.compile(r"^[A-Z][\w ]* Error: ")
_POINTER = re.compile(r"^LINE \d+:.*\n.*\^.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: names of its columns, and its rows in order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def run_query(history: Path, sql: str) -> Table:
    """Run SQL on the published history, which stays as it is; of several statements the last.

    Raises:
        QueryError: There is no history yet, somebody writes into it, or the SQL is at fault or
            names another file.
    """
    with _open(history) as connection:
        # Read-only keeps the history; this keeps `copy … to` from the files of whoever asks.
        connection.execute(query("disable_external_access"))
        try:
            result = connection.execute(sql)
            # DuckDB returns None for a text without a statement, whatever its stub says.
            if getattr(result, "description", None) is None:
                raise QueryError("There is no statement to run.", todo=_views(connection))
            columns = tuple(str(column[0]) for column in result.description)
            return Table(columns, tuple(result.fetchall()))
        except duckdb.PermissionException as error:
            raise _names_a_file(str(error)) from None
        except duckdb.Error as error:
            raise _fault(connection, sql, str(error)) from None


def _open(history: Path) -> duckdb.DuckDBPyConnection:
    if not history.exists():
        raise QueryError(
            f"There is no history at {history} yet.",
            why="It is published at the end of each day of a campaign.",
            todo="Run a campaign first: `perf-pipeline run`.",
        )
    try:
        return duckdb.connect(str(history), read_only=True)
    except duckdb.Error as error:
        raise QueryError(
            f"The history {history} cannot be opened.",
            why=str(error).strip().splitlines()[0],
            todo="Open it read-only elsewhere, or copy the file and write into the copy.",
        ) from None


def _names_a_file(message: str) -> QueryError:
    return QueryError(
        "Only the history can be read here, and no file written.",
        why=_CLASS.sub("", message.strip().splitlines()[0]),
        todo='To keep an answer: perf-pipeline sql --format csv "…" > answer.csv. '
        "All else DuckDB itself can do with the history: duckdb -readonly history.duckdb",
    )


def _fault(connection: duckdb.DuckDBPyConnection, sql: str, message: str) -> QueryError:
    first = _CLASS.sub("", message.strip().splitlines()[0])
    pointer = _POINTER.search(message)
    if unknown := _UNKNOWN_TABLE.search(message):
        # DuckDB would propose tables as well, which are nobody's business.
        todo = _nearest(connection, unknown[1])
    else:
        todo = near[0] if (near := _NEAR_NAME.search(message)) else ""
    if _UNKNOWN.search(message) and _is_of_another_version(connection):
        todo = f"{todo}\n{_ANOTHER_VERSION}".strip()
    return QueryError(first, why=pointer[0] if pointer else sql.strip(), todo=todo)


def _is_of_another_version(connection: duckdb.DuckDBPyConnection) -> bool:
    rows = connection.execute(query("select_schema_version")).fetchall()
    return any(views != views_digest() for _, views in rows)


def _nearest(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    near = difflib.get_close_matches(name.strip('"'), _names(connection), n=3)
    return f"Did you mean {', '.join(near)}?" if near else _views(connection)


def _views(connection: duckdb.DuckDBPyConnection) -> str:
    return f"The views are {', '.join(_names(connection))}."


def _names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(row[0]) for row in connection.execute(query("select_public_views")).fetchall()]
