"""The README's commands, typed by somebody who has nothing but the README."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import CHECKOUT, Stranger

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(2400)]

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|text)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
TYPED = [text for kind, text in BLOCKS if kind == "sh" and not text.startswith("# not run")]
SHOWN = [text for kind, text in BLOCKS if kind == "text"]

Typed = dict[str, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def typed(stranger: Stranger) -> Typed:
    """Every block that is meant to be run, in the README's order; block -> how it ended."""
    return {block: stranger.shell(block) for block in TYPED}


def ended(typed: Typed, words: str) -> subprocess.CompletedProcess[str]:
    """How the block with these words ended."""
    (block,) = [block for block in typed if words in block]
    return typed[block]


def test_the_readme_is_short_and_starts_at_once() -> None:
    """At most 150 lines, and `make campaign` within the first 25."""
    lines = README.splitlines()
    assert len(lines) <= 150
    assert "make campaign" in lines[:25]


def test_every_block_ends_well(typed: Typed) -> None:
    """In a fresh clone with an empty home, one after the other."""
    assert len(typed) == len(TYPED) >= 3
    for block, process in typed.items():
        assert process.returncode == 0, f"{block}\n{process.stdout}\n{process.stderr}"


def test_a_campaign_ends_as_shown(typed: Typed) -> None:
    """The verdict in the README's own words, and a page that is there."""
    printed = ended(typed, "make campaign").stdout.splitlines()[-3:]
    shown = SHOWN[0].splitlines()
    assert [printed[0], printed[2]] == [shown[0], shown[2]]
    path = re.compile(r"Report +(.*data/reports/builtin-[\w.]+-\d{4}-\d\d-\d\d-1/index\.html)")
    assert path.fullmatch(shown[1])
    found = path.fullmatch(printed[1])
    assert found
    assert printed[0] in Path(found[1]).read_text(encoding="utf-8")


def test_a_line_for_each_benchmark(typed: Typed) -> None:
    """Where nobody looks at a terminal, there is no bar."""
    said = ended(typed, "make campaign").stderr.splitlines()
    measured = [line for line in said if re.fullmatch(r"\d\d:\d\d:\d\d \w+: ok, .*", line)]
    assert len(measured) == 15


def test_targets_answer(typed: Typed, stranger: Stranger) -> None:
    """As the README shows, and in plain DuckDB."""
    answer = ended(typed, "v_targets").stdout
    assert "InferenceTTFT" in answer
    assert re.search(r"\b(met|missed)\b", answer)
    (query,) = re.findall(r'sql "(.*)"', README)
    code = f"import duckdb; print(duckdb.connect('data/history.duckdb').sql({query!r}).fetchall())"
    plain = stranger.shell(f'.venv/bin/python -c "{code}"')
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.startswith("[('")


def test_a_suite_of_ones_own_runs_as_it_was_written(typed: Typed) -> None:
    """It is measured beside the built-in one."""
    assert "First night:" in ended(typed, "perf-pipeline init").stdout


def test_everything_is_written_to_the_clone(typed: Typed, stranger: Stranger) -> None:
    """Nothing of ours and nothing of Dagster or DuckDB is left in the home."""
    assert typed
    home = Path(stranger.environment["HOME"])
    kept = [str(path.relative_to(home)).lower() for path in home.rglob("*")]
    ours = [path for path in kept if not path.startswith(".cache/pip")]
    assert [path for path in ours if re.search("perf|dagster|duckdb", path)] == []


def test_the_tour_takes_under_five_minutes(typed: Typed, stranger: Stranger) -> None:
    """Of measuring, on two cores that nobody else uses; a contended machine shows nothing."""
    assert typed
    query = """
    select
        bool_or(contended),
        epoch(max(decided_at)) - epoch(min(started_at))
    from v_campaigns join v_measurements using (campaign)
    where v_campaigns.suite = 'builtin' and v_campaigns.number = 1
    """
    answer = stranger.shell(f'.venv/bin/perf-pipeline sql --format csv "{query}"')
    contended, seconds = answer.stdout.splitlines()[1].split(",")
    if contended == "true":
        pytest.skip(f"others used the machine; it took {seconds} s")
    assert float(seconds) < 300
