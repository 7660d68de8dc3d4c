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


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (0.1 + 0.2, "0.3"),
        (47.123456789012345, "47.1235"),
        (-2.0 / 3, "-0.666667"),
        (2_830_123.456789, "2830123"),
        (99_999.94, "99999.9"),
        (1.0 / 3e7, "3.33333e-08"),
        (1.0 / 3 * 1e17, "3.33333e+16"),
        (5.0, "5.0"),
        (0.0, "0.0"),
        (float("inf"), "inf"),
        (12_345_678_901, "12345678901"),
        (Decimal("1.234567891"), "1.234567891"),
        ([1.0 / 3, 2.0], "[0.333333, 2.0]"),
        ({"a": 1.0 / 3}, '{"a": 0.333333}'),
    ],
)
def test_only_people_get_rounded_figures(cell: Cell, shown: str) -> None:
    """Six digits of a fraction are more than any measurement has; programs get them all."""
    table = Table(("cell",), ((cell,),))
    assert to_text(table).splitlines()[2].strip() == shown
    exact = json.loads(to_json(table))[0]["cell"]
    if isinstance(cell, float) and shown != "inf":
        assert exact == cell
        assert float(to_csv(table).splitlines()[1]) == cell
