"""The README's commands, typed by somebody who has nothing but the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import CHECKOUT, Stranger

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

README = (CHECKOUT / "README.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
RUN = [block for block in BLOCKS if not block.startswith("# not run")]
NIGHT = r"\d{4}-\d\d-\d\d"


def test_readme_is_short_and_starts_at_once() -> None:
    """At most 150 lines, and `make campaign` within the first 25."""
    lines = README.splitlines()
    assert len(lines) <= 150
    assert "make campaign" in "\n".join(lines[:25])


def test_campaign(stranger: Stranger) -> None:
    """`make campaign` installs, measures the tour and says the verdict and the report's path."""
    block = RUN[0]
    assert block.strip() == "make campaign"
    ended = stranger.shell(block)
    assert ended.returncode == 0, ended.stderr
    *_, verdict, report, _next = ended.stdout.splitlines()
    assert verdict == "First night: 15 benchmarks measured, nothing to compare with yet."
    page = Path(re.sub(r"^Report\s+", "", report))
    assert re.search(rf"builtin-[\w.]+-{NIGHT}-1/index\.html$", str(page))
    assert "15 benchmarks measured" in page.read_text()
    assert len([line for line in ended.stderr.splitlines() if ": ok, " in line]) == 15


def test_targets_answer(stranger: Stranger) -> None:
    """After the first campaign SQL answers for the targets, in plain DuckDB too."""
    ended = stranger.shell(RUN[1])
    assert ended.returncode == 0, ended.stderr
    assert "InferenceTTFT" in ended.stdout
    assert re.search(r"\bmet\b", ended.stdout)
    query = re.findall(r'"(.*)"', RUN[1])[0]
    code = f"import duckdb; print(duckdb.connect('data/history.duckdb').sql({query!r}).fetchone())"
    plain = stranger.shell(f'.venv/bin/python -c "{code}"')
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.startswith("(")


def test_own_suite(stranger: Stranger) -> None:
    """The suite that `init` writes is registered and measured as it stands."""
    ended = stranger.shell(RUN[2])
    assert ended.returncode == 0, ended.stderr
    assert "First night:" in ended.stdout


def test_every_block_was_run() -> None:
    """No block of the README is left out by these tests."""
    assert len(RUN) == 3
