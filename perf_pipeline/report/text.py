"""Text from strangers made harmless and short; small phrases built from counts and names.

Names, messages and log tails come from workloads: they may hold terminal escapes, text that
runs backwards, halves of characters and lines without end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
"""ANSI control sequences (ECMA-48): CSI, OSC and two-byte ones."""

INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Controls save tab and newline, marks that turn the writing direction, lone surrogates."""

NAME_LIMIT = 120
MESSAGE_LIMIT = 600
LOG_LIMIT = 4_000


def clean(text: str) -> str:
    r"""The text without anything that a terminal or a browser would act upon.

    >>> clean("\x1b[31mred\x1b[0m")
    'red'
    """
    plain = ESCAPE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return INVISIBLE.sub("\ufffd", plain)


def shorten(text: str, limit: int = NAME_LIMIT) -> str:
    """The text on one line, cut at `limit` characters and then saying so."""
    line = " ".join(clean(text[: 4 * limit]).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def tail(text: str, limit: int = LOG_LIMIT) -> str:
    """The last lines of a log, at most `limit` characters; what was cut is said."""
    kept = clean(text[-limit:]).strip("\n")
    return kept if len(text) <= limit else f"… (cut, {len(text):,} characters)\n{kept}"


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "benchmark"), count(1200, "case")
    ('1 benchmark', '1,200 cases')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def some(names: Sequence[str], limit: int = 3) -> str:
    """The first few names, and how many more there are.

    >>> some(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    shown = ", ".join(shorten(name, 60) for name in names[:limit])
    left = len(names) - limit
    return f"{shown} and {left:,} more" if left > 0 else shown


def place(file: str, line: int) -> str:
    """The end of a path and a line: enough to find it, short enough to read.

    >>> place("/home/me/project/ryot/decoder.py", 88)
    'ryot/decoder.py:88'
    """
    path = "/".join(shorten(file, 400).replace("\\", "/").split("/")[-2:])
    return shorten(f"{path}:{line}" if line > 0 else path, 80)
