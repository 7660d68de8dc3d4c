"""Tables on a terminal that is too narrow for them."""

from __future__ import annotations

import re
import sys

import pytest

from jobs.cli.output import result_table

TARGET = "at least 1 items/s: inconclusive"


@pytest.mark.parametrize("columns", [40, 80, 95, 110, 200])
def test_no_word_is_lost_on_a_narrow_terminal(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last column is broken between words, the others stay whole."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    wide = "WholeFlow size=2000 " + "x" * 60
    result_table(("case", "target"), [(wide, TARGET), ("short", "none")])
    lines = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert lines[1].startswith(wide)
    broken = [line.removeprefix(wide) for line in lines[1:-1]]
    assert " ".join(broken).split() == TARGET.split()
    assert max(map(len, lines)) <= max(columns, len(wide) + 2 + len("inconclusive"))
