"""What a page is made of: finished strings, nothing left to compute in a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from markupsafe import Markup

from perf_pipeline.report.text import shorten

SHOWN_ROWS = 10
FOLDED_ROWS = 50
"""Rows behind `and 4 more`; beyond them the reader is sent to report.json and SQL."""


class Tone(StrEnum):
    """How a cell is coloured; the words in it say the same."""

    PLAIN = ""
    WORSE = "worse"
    GOOD = "good"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; figures are set flush right, short texts stay on one line."""

    title: str
    figures: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a text, perhaps a second quiet line, a chart, a link or a folded log."""

    text: str = ""
    note: str = ""
    tone: Tone = Tone.PLAIN
    chart: Markup | None = None
    href: str = ""
    log: str = ""
    commands: tuple[str, ...] = ()
    """Folded below the text, for those who act on the row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row and the id it can be asked for by; `what` says what the id is of."""

    cells: tuple[Cell, ...]
    row_id: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with headers; `label` names it to a screen reader."""

    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    kind: Literal["table"] = "table"

    @property
    def all_figures(self) -> bool:
        """Whether every column after the first is figures: said once, not in every cell."""
        return all(column.figures for column in self.columns[1:])


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or a heading within a section, or a command to copy."""

    text: str
    kind: Literal["text", "heading", "code"] = "text"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its caption; several in a row stand side by side."""

    chart: Markup
    caption: str
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Fold:
    """Something that opens on a click."""

    summary: str
    parts: tuple[Part, ...]
    kind: Literal["fold"] = "fold"


Part = Table | Text | Figure | Fold


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the quiet note behind it, and what stands below; hidden when nothing does."""

    anchor: str
    title: str
    note: str = ""
    parts: tuple[Part, ...] = ()
    size: int = 0
    """How many things it tells of, for the line that says what is further down."""

    @property
    def shown(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.parts)


@dataclass(frozen=True, slots=True)
class Card:
    """Something worth doing first.

    `benchmark` is empty where it is about several; `what` says what `row_id` is the id of.
    """

    row_id: str
    benchmark: str
    title: str
    why: str
    gain: str
    number: int = 0
    command: str = ""
    what: str = ""

    @property
    def heading(self) -> str:
        """The benchmark, where there is one, and what to do about it."""
        name = shorten(self.benchmark, 60)
        return f"{name}: {self.title}" if name else self.title


@dataclass(frozen=True, slots=True)
class Link:
    """A place on the page, or a file beside it."""

    text: str
    href: str


def table(
    label: str, columns: Sequence[Column], rows: Sequence[Row], *, shown: int = SHOWN_ROWS
) -> tuple[Part, ...]:
    """The first rows, the next fifty folded behind `and 4 more`; nothing for no rows."""
    if not rows:
        return ()
    head = Table(label, tuple(columns), tuple(rows[:shown]))
    rest = tuple(rows[shown : shown + FOLDED_ROWS])
    if not rest:
        return (head,)
    parts: list[Part] = [Table(f"{label}, continued", tuple(columns), rest)]
    left = len(rows) - shown - len(rest)
    if left:
        parts.append(Text(f"{left:,} more are in report.json."))
    return (head, Fold(f"and {len(rows) - shown:,} more", tuple(parts)))
