"""Tables from dataclasses and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perf_pipeline.model import Block, Event, Measurement, Profile, RunRecord, Trial, VerdictRecord
from warehouse.columns import from_table, schema_of, to_table


class Colour(StrEnum):
    """Stands for any enum of the model."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Part:
    """Something nested."""

    name: str
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """One field of every kind that the model uses."""

    text: str
    count: int
    share: float
    flag: bool
    day: date
    moment: datetime
    colour: Colour
    part: Part
    parts: tuple[Part, ...]
    colours: tuple[Colour, ...] = ()
    maybe: float | None = None
    maybe_moment: datetime | None = None
    names: tuple[str, ...] = field(default=())


INT64 = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False)
MOMENTS = st.datetimes(timezones=st.just(UTC))
TEXTS = st.text(st.characters(codec="utf-8"))
PARTS = st.builds(Part, TEXTS, st.lists(FLOATS).map(tuple))


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Everything,
            text=TEXTS,
            count=INT64,
            share=FLOATS,
            flag=st.booleans(),
            day=st.dates(),
            moment=MOMENTS,
            colour=st.sampled_from(Colour),
            part=PARTS,
            parts=st.lists(PARTS, max_size=3).map(tuple),
            colours=st.lists(st.sampled_from(Colour), max_size=3).map(tuple),
            maybe=st.none() | FLOATS,
            maybe_moment=st.none() | MOMENTS,
            names=st.lists(TEXTS, max_size=3).map(tuple),
        ),
        max_size=5,
    )
)
def test_round_trip(records: list[Everything]) -> None:
    """Whatever the fields hold comes back equal and of the same types."""
    back = from_table(to_table(records, Everything), Everything)
    assert back == tuple(records)
    assert all(type(record.colour) is Colour for record in back)


@pytest.mark.parametrize(
    "cls", [RunRecord, Trial, Block, Profile, VerdictRecord, Event, Measurement]
)
def test_model_has_columns(cls: type) -> None:
    """Every class of the model that is kept can be written."""
    assert schema_of(cls).names


def test_other_time_zones_become_utc() -> None:
    """An instant comes back as the same instant, in UTC."""
    east = timezone(timedelta(hours=5))
    record = _everything(moment=datetime(2026, 3, 1, 8, tzinfo=east))
    (back,) = from_table(to_table([record], Everything), Everything)
    assert back.moment == datetime(2026, 3, 1, 3, tzinfo=UTC)
    assert back.moment.tzinfo is UTC


def test_naive_instants_are_refused() -> None:
    """An instant without a zone could be any, so it is not written."""
    naive = datetime(2026, 3, 1)  # noqa: DTZ001  # what is refused
    with pytest.raises(ValueError, match="no time zone"):
        to_table([_everything(moment=naive)], Everything)


def test_missing_columns_take_their_defaults() -> None:
    """A file from before a field existed is read, nested fields too."""
    table = to_table([_everything()], Everything).drop_columns(["names", "maybe"])
    old_part = pa.array([{"name": "wheel"}], pa.struct([("name", pa.string())]))
    table = table.set_column(table.column_names.index("part"), "part", old_part)
    (back,) = from_table(table, Everything)
    assert (back.names, back.maybe, back.part) == ((), None, Part("wheel", ()))


def test_unknown_columns_are_ignored() -> None:
    """A file of a newer program is read, nested fields that came later too."""
    table = to_table([_everything()], Everything).append_column("later", pa.array([1]))
    newer = pa.array([{"name": "wheel", "weights": [1.0], "later": 1}])
    table = table.set_column(table.column_names.index("part"), "part", newer)
    (back,) = from_table(table, Everything)
    assert back.part == Part("wheel", (1.0,))


def test_missing_column_without_default_is_an_error() -> None:
    """A column that always existed is missed by name."""
    table = to_table([_everything()], Everything).drop_columns(["text", "count"])
    with pytest.raises(ValueError, match="Everything has no count, text"):
        from_table(table, Everything)


def test_unknown_member_of_an_enum_is_an_error() -> None:
    """A word that this program does not know is not guessed at."""
    table = to_table([_everything()], Everything)
    table = table.set_column(table.column_names.index("colour"), "colour", pa.array(["green"]))
    with pytest.raises(ValueError, match="green"):
        from_table(table, Everything)


def test_fields_of_unknown_types_are_refused() -> None:
    """A class that cannot be kept fails when it is written, by the name of the type."""
    with pytest.raises(TypeError, match="complex"):
        schema_of(Odd)


@dataclass(frozen=True, slots=True)
class Odd:
    """Has a field that no column can hold."""

    number: complex


def _everything(moment: datetime | None = None) -> Everything:
    return Everything(
        text="t",
        count=1,
        share=0.5,
        flag=True,
        day=date(2026, 3, 1),
        moment=moment or datetime(2026, 3, 1, tzinfo=UTC),
        colour=Colour.RED,
        part=Part("wheel", (1.0,)),
        parts=(),
        names=("a",),
    )
