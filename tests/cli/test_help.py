"""Help: complete, documented, and there at once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from jobs.cli import app
from tests.cli.conftest import Run

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
EVERYWHERE = {"--help", "-h", "--debug", "--version"}
HEAVY = {"dagster", "duckdb", "numpy", "pandas", "pyarrow", "pydantic", "psutil", "yaml"}


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """A command and those below it, under their full names."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, f"{path} {name}")


def sections() -> dict[str, str]:
    """The page's text below each command's heading."""
    parts = re.split(
        r"^#+ (perf-pipeline .*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return dict(zip(parts[1::2], parts[2::2], strict=True))


ALL = dict(commands(app, "perf-pipeline"))


def long_options(command: click.Command) -> set[str]:
    """The options that a command has to itself."""
    named = {name for parameter in command.params for name in parameter.opts}
    return {name for name in named if name.startswith("--")} - EVERYWHERE


@pytest.mark.parametrize("name", ALL)
def test_every_command_and_option_has_help(name: str) -> None:
    """Nothing is left to guess."""
    options = [one for one in ALL[name].params if isinstance(one, click.Option)]
    assert ALL[name].help
    assert [one.name for one in options if not one.help] == []


@pytest.mark.parametrize("name", [name for name in ALL if name != "perf-pipeline"])
def test_every_command_and_option_is_documented(name: str) -> None:
    """The page has a section per command with exactly its options."""
    text = sections()[name]
    assert set(re.findall(r"^- `(--[a-z-]+)", text, flags=re.MULTILINE)) == long_options(ALL[name])


def test_no_command_is_documented_that_is_not_there() -> None:
    """The page tells no tales."""
    assert set(sections()) == set(ALL) - {"perf-pipeline"}


@pytest.mark.parametrize("name", ALL)
def test_every_command_shows_its_help(perf: Run, name: str) -> None:
    """With either spelling, on standard output, as an answer."""
    words = name.split()[1:]
    long, short = perf(*words, "--help"), perf(*words, "-h")
    assert long == short
    assert (long.code, long.err) == (0, "")
    assert f"Usage: {name}" in long.out


def test_help_waits_for_no_heavy_import() -> None:
    """Dagster takes seconds to import, DuckDB and pydantic tenths: help needs none of them."""
    code = f"import sys, jobs.cli; print(sorted({HEAVY!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_version_is_that_of_the_package(perf: Run) -> None:
    """As `pip` knows it."""
    assert re.fullmatch(r"perf-pipeline \d+\.\d+\.\d+\n", perf("--version").out)
