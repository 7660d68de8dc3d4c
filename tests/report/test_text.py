"""Text from strangers is made harmless and short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_pipeline.report.text import LOG_LIMIT, clean, count, place, shorten, some, tail


@pytest.mark.parametrize(
    ("hostile", "expected"),
    [
        ("\x1b[2J\x1b[1;31mgone\x1b[0m", "gone"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("50%\r100%", "50%\n100%"),
        ("a\x00b\x07c", "a\ufffdb\ufffdc"),
        ("abc\u202egpj.exe", "abc\ufffdgpj.exe"),
        ("half \ud83d of a character", "half \ufffd of a character"),
        ("plain ünïcode ✓\tand\nlines", "plain ünïcode ✓\tand\nlines"),
    ],
)
def test_clean(hostile: str, expected: str) -> None:
    """Nothing is left that a terminal or a browser would act upon."""
    assert clean(hostile) == expected


@given(st.text())
def test_clean_text_can_always_be_written(text: str) -> None:
    """Cleaned text has an encoding and no control characters but tab and newline."""
    found = clean(text)
    found.encode("utf-8")
    assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in found)


@given(st.text(), st.integers(min_value=2, max_value=50))
def test_shorten_keeps_its_limit(text: str, limit: int) -> None:
    """A shortened text is one line of at most the limit."""
    found = shorten(text, limit)
    assert len(found) <= limit
    assert "\n" not in found


def test_a_long_log_keeps_its_end() -> None:
    """The last lines say why something died; what was cut is said."""
    log = "x" * 100_000 + "\nlast words"
    found = tail(log)
    assert found.startswith("… (cut, 100,011 characters)")
    assert found.endswith("last words")
    assert len(found) < LOG_LIMIT + 50
    assert tail("short\n") == "short"


def test_phrases() -> None:
    """Counts agree with their nouns, lists say how many they leave out."""
    assert count(1, "benchmark") == "1 benchmark"
    assert count(0, "benchmark") == "0 benchmarks"
    assert some(["a", "b"]) == "a, b"
    assert some(["a", "b", "c", "d"]) == "a, b, c and 1 more"
    assert place("C:\\x\\pkg\\mod.py", 3) == "pkg/mod.py:3"
    assert place("mod.py", 0) == "mod.py"
