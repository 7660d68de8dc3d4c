"""Answers as text, JSON and CSV."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from warehouse.formats import to_csv, to_json, to_text
from warehouse.query import Cell, Table

NIGHT = Table(
    ("benchmark", "value", "met"),
    (("Sort", 1.5, True), ('Fi"nd, all', None, False), ("ü", -2, None)),
)


def test_text_stands_in_columns() -> None:
    """Words to the left, numbers to the right, nothing for null, no blanks at the end."""
    assert to_text(NIGHT).splitlines() == [
        "benchmark   value  met",
        "----------  -----  -----",
        "Sort          1.5  true",
        'Fi"nd, all         false',
        "ü              -2",
    ]


def test_text_without_rows() -> None:
    """The head alone."""
    assert to_text(Table(("a",), ())) == "a\n-"


def test_csv_is_read_back() -> None:
    """Quotes and commas survive; null is empty."""
    assert list(csv.reader(to_csv(NIGHT).splitlines())) == [
        ["benchmark", "value", "met"],
        ["Sort", "1.5", "true"],
        ['Fi"nd, all', "", "false"],
        ["ü", "-2", ""],
    ]


def test_json_is_read_back() -> None:
    """An object per row, with the types JSON has."""
    assert json.loads(to_json(NIGHT)) == [
        {"benchmark": "Sort", "value": 1.5, "met": True},
        {"benchmark": 'Fi"nd, all', "value": None, "met": False},
        {"benchmark": "ü", "value": -2, "met": None},
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (2**80, 2**80),
        (Decimal("1.50"), 1.5),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 3, tzinfo=UTC), "2026-03-01T03:00:00+00:00"),
        (timedelta(seconds=90), "0:01:30"),
        (b"\x01\xff", "01ff"),
        ([1.0, float("nan")], [1.0, None]),
        ({"a": date(2026, 3, 1)}, {"a": "2026-03-01"}),
    ],
)
def test_every_type_has_its_json(cell: Cell, expected: Cell) -> None:
    """Whatever DuckDB returns becomes valid JSON."""
    table = Table(("cell",), ((cell,),))
    assert json.loads(to_json(table), parse_constant=pytest.fail) == [{"cell": expected}]
    assert to_csv(table)
    assert to_text(table)
