"""How commands end: exit codes, sentences, no traceback."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest

from jobs.cli.ending import run_to_the_end
from perf_pipeline.errors import PerfError
from tests.cli.conftest import Run

PERF = [sys.executable, "-c", "import jobs.cli; jobs.cli.main()"]


def broken_by(error: BaseException) -> click.Group:
    """A program whose only command raises that."""

    @click.command()
    @click.option("--debug", is_flag=True, expose_value=False)
    def go() -> None:
        raise error

    return click.Group("program", {"go": go})


def test_an_unknown_command_is_wrong_use_and_the_near_one_is_named(perf: Run) -> None:
    """A slip of the finger costs one look."""
    ended = perf("bechmarks")
    assert (ended.code, ended.out) == (2, "")
    assert "Did you mean 'benchmarks'?" in ended.err


def test_an_unknown_option_is_wrong_use_and_the_near_one_is_named(perf: Run) -> None:
    """Options too."""
    ended = perf("benchmarks", "--jsn")
    assert (ended.code, ended.out) == (2, "")
    assert "Did you mean '--json'?" in ended.err


def test_an_error_of_ours_is_told_in_its_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """What, why, what is kept, what to do; its own exit code; standard output stays clean."""
    error = PerfError("It broke.", why="It was old.", kept="All data.", todo="Buy another.")
    assert run_to_the_end(broken_by(error), ["go"]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "It broke.\nIt was old.\nAll data.\nBuy another.\n")


def test_an_error_of_ours_shows_its_traceback_with_debug(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On top of the sentences, and only then."""
    assert run_to_the_end(broken_by(PerfError("It broke.")), ["go", "--debug"]) == 2
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert told.endswith("It broke.\n")


def test_an_error_in_the_program_itself_is_incomplete_and_never_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Python's own exit code for it would say that something got worse."""
    assert run_to_the_end(broken_by(ZeroDivisionError("by nought")), ["go"]) == 3
    told = capsys.readouterr().err
    assert told.startswith("perf-pipeline itself failed: ZeroDivisionError: by nought (test_end")
    assert "Traceback" not in told
    assert "--debug" in told


def test_markup_in_an_error_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Paths and SQL may hold brackets."""
    run_to_the_end(broken_by(PerfError("No [bold]file[/bold] :smile:")), ["go"])
    assert capsys.readouterr().err == "No [bold]file[/bold] :smile:\n"


def test_ctrl_c_is_no_verdict() -> None:
    """130, as a shell reports it."""
    assert run_to_the_end(broken_by(KeyboardInterrupt()), ["go"]) == 130


def test_an_exit_code_that_a_command_chose_stands() -> None:
    """However it is said."""
    assert run_to_the_end(broken_by(click.exceptions.Exit(3)), ["go"]) == 3
    with pytest.raises(SystemExit) as end:
        run_to_the_end(broken_by(SystemExit(1)), ["go"])
    assert end.value.code == 1


@pytest.mark.parametrize("words", [["benchmarks"], ["benchmarks", "--json"]])
def test_a_reader_that_is_gone_is_no_verdict(words: list[str]) -> None:
    """`| head` closes the pipe: 141, as a shell reports it, and not a word."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    run = subprocess.run(
        [*PERF, *words], stdout=write_end, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write_end)
    assert (run.returncode, run.stderr) == (141, "")


@pytest.mark.parametrize(("no_color", "red"), [("", True), ("1", False)])
def test_colour_only_on_a_terminal_that_wants_it(tmp_path: Path, no_color: str, red: bool) -> None:
    """NO_COLOR is honoured."""
    ours, theirs = pty.openpty()
    variables = {"PATH": os.environ["PATH"], "TERM": "xterm", "PERF_HOME": str(tmp_path)}
    subprocess.run(
        [*PERF, "report"], stderr=theirs, env={**variables, "NO_COLOR": no_color}, check=False
    )
    told = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "There is no report yet." in told
    assert red == ("\x1b[1;31m" in told)


def test_nothing_is_coloured_in_a_pipe(perf: Run) -> None:
    """Escape sequences would end up in files."""
    ended = perf("report")
    assert "\x1b" not in ended.out + ended.err
