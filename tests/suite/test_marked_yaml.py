"""YAML with lines: the core schema of 1.2, and where everything stands."""

from __future__ import annotations

import math

import pytest

from perf_pipeline.suite.marked_yaml import line_of, plain, read_documents, resolved

SCALARS = [
    ("10", 10),
    ("-3", -3),
    ("0x1F", 31),
    ("0o17", 15),
    ("1.5", 1.5),
    (".5", 0.5),
    ("1e3", 1000.0),
    ("-.inf", -math.inf),
    ("true", True),
    ("False", False),
    ("~", None),
    ("", None),
    ("yes", "yes"),
    ("on", "on"),
    ("13:30", "13:30"),
    ("2024-01-01", "2024-01-01"),
    ("1_000", "1_000"),
    ("٣", "٣"),
    ("9" * 5000, "9" * 5000),
]


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_a_scalar_is_what_yaml_1_2_says(text: str, value: object) -> None:
    """No surprise of older YAML: no is no boolean, a time of day no number."""
    assert resolved(text) == value
    assert type(resolved(text)) is type(value)


def test_not_a_number_is_one() -> None:
    """NaN is read, so that it can be refused where it stands."""
    assert str(resolved(".nan")) == "nan"


def test_every_field_has_its_line() -> None:
    """Also below lists, aliases and in later documents."""
    text = b"a: 1\n---\nb:\n  - c: 1\n    d: &x {e: 2}\n  - *x\nf: *x\n"
    node = read_documents(text).complete[1].node
    paths = [("b",), ("b", 0, "c"), ("b", 0, "d", "e"), ("b", 1, "e"), ("f",), ("f", "nothing")]
    assert [line_of(node, path) for path in paths] == [3, 4, 5, 5, 7, 7]
    assert plain(node) == {"b": [{"c": 1, "d": {"e": 2}}, {"e": 2}], "f": {"e": 2}}


def test_some_scalars_stay_text() -> None:
    """3.10 is a version."""
    node = read_documents(b"python: 3.10\nset: {a: 1.0, b: no}\nother: 3.10").complete[0].node
    texts = frozenset([("python",), ("set", "*")])
    assert plain(node, texts) == {"python": "3.10", "set": {"a": "1.0", "b": "no"}, "other": 3.1}


def test_quotes_make_text() -> None:
    """A quoted number is text."""
    node = read_documents(b"a: '1'\nb: \"true\"\nc: |\n  2\n").complete[0].node
    assert plain(node) == {"a": "1", "b": "true", "c": "2\n"}
