"""Faults: what is wrong in a file, where, and what is allowed there."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass

FieldPath = tuple[str | int, ...]
"""Where in a document: field names and list positions, outermost first."""

LONGEST_FOUND = 60
_WHOLE = 1e15
"""Below it a float that is whole is shown without a point, as it was probably written."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of a document, before the line is known."""

    path: FieldPath
    found: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One sentence for the author: `file:line: field: found, allowed`."""

    file: str
    line: int
    field: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """The sentence."""
        field = f"{self.field}: " if self.field else ""
        return f"{self.file}:{self.line}: {field}found {self.found}, allowed: {self.allowed}"


def field_name(path: FieldPath) -> str:
    """How an author reads a path.

    >>> field_name(("load", "requests", 0, "path"))
    'load.requests[0].path'
    """
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return shortened(text.removeprefix("."))


def shown(value: object) -> str:
    """A value as the author wrote it, cut when long.

    >>> shown("fast"), shown(None), shown([1, 2])
    ('"fast"', 'nothing', '[1, 2]')
    """
    if value is None:
        return "nothing"
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        value = int(value)
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def shortened(text: str) -> str:
    """Printable, and cut to `LONGEST_FOUND` characters."""
    cut = printable(text[: LONGEST_FOUND + 1])
    return cut if len(cut) <= LONGEST_FOUND else f"{cut[:LONGEST_FOUND]}..."


def printable(text: str) -> str:
    """On one line, without control characters and halves of characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def either(names: Iterable[str]) -> str:
    """The names as a choice.

    >>> either(["lower", "higher", "none"])
    'lower, higher or none'
    """
    *most, last = list(names) or ["nothing"]
    return f"{', '.join(most)} or {last}" if most else last


def choice(wrong: object, names: Iterable[str]) -> str:
    """The names as a choice, and the one that was probably meant.

    >>> choice("lowr", ["lower", "higher"])
    'lower or higher (did you mean lower?)'
    """
    names = list(names)
    near = near_name(str(wrong), names)
    return either(names) + (f" (did you mean {near}?)" if near else "")


def near_name(wrong: str, names: Iterable[str]) -> str:
    """The most similar of the names, empty when none is similar."""
    found = difflib.get_close_matches(wrong[:LONGEST_FOUND], list(names), n=1)
    return found[0] if found else ""
