"""An answer as text in columns, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias

from warehouse.query import Cell, Table

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

WHOLE, BEYOND_DIGITS = 1e5, 1e15
"""From six digits before the point on no fraction is shown; far beyond it, an exponent."""


def to_text(table: Table) -> str:
    """Columns side by side, numbers to the right, one line per row.

    For people: of fractions six digits stand, whole numbers keep theirs.

    >>> print(to_text(Table(("name", "ms"), (("sort", 5), ("find", 0.1 + 0.2)))))
    name   ms
    ----  ---
    sort    5
    find  0.3
    """
    rows = [tuple(_shown(_rounded(cell)) for cell in row) for row in table.rows]
    widths = [max(map(len, column)) for column in zip(table.columns, *rows, strict=True)]
    right = [_is_numeric([row[i] for row in table.rows]) for i in range(len(table.columns))]

    def line(cells: Sequence[str]) -> str:
        parts = zip(cells, widths, right, strict=True)
        return "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in parts).rstrip()

    rule = ["-" * width for width in widths]
    return "\n".join(line(cells) for cells in (table.columns, rule, *rows))


def to_json(table: Table) -> str:
    """A list with an object per row; instants as ISO 8601, what JSON cannot say as null."""
    rows = [dict(zip(table.columns, map(_plain, row), strict=True)) for row in table.rows]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def to_csv(table: Table) -> str:
    """RFC 4180 with a header line; null is empty, lists and structs are JSON."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_shown(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def _plain(cell: Cell) -> Json:  # noqa: PLR0911  # one answer per type
    match cell:
        case float():
            return cell if math.isfinite(cell) else None
        case None | bool() | int() | str():
            return cell
        case Decimal():
            return float(cell)
        case date() | datetime() | time():
            return cell.isoformat()
        case bytes():
            return cell.hex()
        case list() | tuple():
            return [_plain(item) for item in cell]
        case dict():
            return {str(key): _plain(value) for key, value in cell.items()}
        case _:
            return str(cell)


def _rounded(cell: Cell) -> Cell:
    """Fractions without the digits that no measurement has; never fewer than six."""
    match cell:
        case float() if math.isfinite(cell):
            whole = WHOLE <= abs(cell) < BEYOND_DIGITS
            return round(cell) if whole else float(f"{cell:.6g}")
        case list() | tuple():
            return [_rounded(item) for item in cell]
        case dict():
            return {key: _rounded(value) for key, value in cell.items()}
        case _:
            return cell


def _shown(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case str() | int() | float() | Decimal() | timedelta():
            return str(cell)
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case list() | tuple() | dict():
            return json.dumps(_plain(cell), ensure_ascii=False)
        case _:
            return str(_plain(cell))


def _is_numeric(column: Sequence[Cell]) -> bool:
    known = [cell for cell in column if cell is not None]
    return bool(known) and all(
        isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) for cell in known
    )
