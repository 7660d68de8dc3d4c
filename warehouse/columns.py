"""Arrow tables from frozen dataclasses and back, derived from the annotations.

str, int, float, bool and date become themselves, an aware datetime a timestamp in microseconds
UTC, a StrEnum its text, a tuple a list, a dataclass a struct; only `X | None` is nullable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import pyarrow as pa

Record = TypeVar("Record")
Convert = Callable[[Any], Any]

_SCALARS: Mapping[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


def to_table(records: Sequence[Record], cls: type[Record]) -> pa.Table:
    """One row per record, one column per field of their class.

    Raises:
        TypeError: a field is annotated with something that has no column type.
        ValueError: a datetime has no time zone, or a value does not fit its column.
    """
    known: type = cls
    columns = [
        pa.array([write(getattr(record, name)) for record in records], type=_arrow_type(hint))
        for name, hint, write in _writers(known)
    ]
    return pa.Table.from_arrays(columns, schema=schema_of(known))


def from_table(table: pa.Table, cls: type[Record]) -> tuple[Record, ...]:
    """The records in a table; columns that are missing take the field's default.

    Columns (and struct fields) that the class does not know are ignored, so that older programs
    read newer files and newer programs older ones.

    Raises:
        ValueError: a column without a default is missing, or a text is no member of its enum.
    """
    hint: type = cls
    build = _reader(hint)
    known = [name for name in _hints(hint) if name in table.column_names]
    return tuple(build(row) for row in table.select(known).to_pylist())


@cache
def schema_of(cls: type) -> pa.Schema:
    """The columns of a record class, in the order of its fields."""
    return pa.schema([_arrow_field(name, hint) for name, hint in _hints(cls).items()])


@cache
def _hints(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {field.name: hints[field.name] for field in fields(cls)}


def _arrow_field(name: str, hint: Any) -> pa.Field:
    return pa.field(name, _arrow_type(hint), nullable=_is_optional(hint))


@cache
def _arrow_type(hint: Any) -> pa.DataType:
    if _is_optional(hint):
        return _arrow_type(_without_none(hint))
    if get_origin(hint) is tuple:
        return pa.list_(pa.field("element", _arrow_type(get_args(hint)[0]), nullable=False))
    if is_dataclass(hint):
        return pa.struct([_arrow_field(name, inner) for name, inner in _hints(hint).items()])  # type: ignore[arg-type]  # a class, not an instance
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return pa.string()
    if hint in _SCALARS:
        return _SCALARS[hint]
    raise TypeError(f"{hint} has no column type")


@cache
def _writers(cls: type) -> tuple[tuple[str, Any, Convert], ...]:
    return tuple((name, hint, _writer(hint)) for name, hint in _hints(cls).items())


@cache
def _writer(hint: Any) -> Convert:
    if _is_optional(hint):
        inner = _writer(_without_none(hint))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        return _tuple_writer(get_args(hint)[0])
    if is_dataclass(hint):
        parts = _writers(hint)  # type: ignore[arg-type]  # a class, not an instance
        return lambda value: {name: write(getattr(value, name)) for name, _, write in parts}
    return _aware if hint is datetime else _same


def _tuple_writer(element: Any) -> Convert:
    if element in _SCALARS and element is not datetime:
        return _same
    write = _writer(element)
    return lambda value: [write(item) for item in value]


@cache
def _reader(hint: Any) -> Convert:
    if _is_optional(hint):
        inner = _reader(_without_none(hint))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        return _tuple_reader(get_args(hint)[0])
    if is_dataclass(hint):
        return _record_reader(hint)  # type: ignore[arg-type]  # a class, not an instance
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return _utc if hint is datetime else _same


def _tuple_reader(element: Any) -> Convert:
    if element in _SCALARS and element is not datetime:
        return tuple
    read = _reader(element)
    return lambda value: tuple(read(item) for item in value)


def _record_reader(cls: type) -> Convert:
    readers = {name: _reader(hint) for name, hint in _hints(cls).items()}
    required = {field.name for field in fields(cls) if _has_no_default(field)}

    def build(row: Mapping[str, Any]) -> Any:
        if missing := required - row.keys():
            raise ValueError(f"{cls.__name__} has no {', '.join(sorted(missing))}")
        return cls(**{name: read(row[name]) for name, read in readers.items() if name in row})

    return build


def _has_no_default(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _is_optional(hint: Any) -> bool:
    return isinstance(hint, UnionType) and NoneType in get_args(hint)


def _without_none(hint: Any) -> Any:
    return next(part for part in get_args(hint) if part is not NoneType)


def _same(value: Any) -> Any:
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    return value


def _utc(value: datetime) -> datetime:
    # Arrow returns pytz or zoneinfo, as it finds them installed; the warehouse keeps UTC plain.
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
