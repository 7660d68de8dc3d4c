"""How every command ends: with an exit code and, for an error, sentences instead of a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from jobs.cli.output import complain
from perf_pipeline.errors import PerfError

DONE, WRONG_USE, INCOMPLETE = 0, 2, 3
STOPPED, READER_GONE = 130, 141
"""As a shell reports SIGINT and SIGPIPE. Nothing here ends with 1, which says "got worse"."""


def run_to_the_end(app: click.Group, arguments: Sequence[str]) -> int:
    """Run the command that the arguments name and return its exit code.

    click's own `main` is not used: it ends with 1 when it is interrupted or its reader is gone.
    """
    try:
        with app.make_context(app.name, [*arguments]) as context:
            app.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        return _reader_gone()
    except (KeyboardInterrupt, click.Abort):
        complain("Stopped.")
        return STOPPED
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends in a code and a sentence
        if "--debug" in arguments:
            traceback.print_exception(error)
        return _explained(error)
    return DONE


def _explained(error: Exception) -> int:
    match error:
        case PerfError():
            complain(str(error))
            return error.exit_code
        case click.ClickException():
            error.show()
            return WRONG_USE
    complain(
        f"perf-pipeline itself failed: {type(error).__name__}: {error} ({_place(error)})\n"
        "What has landed is kept. With --debug the same command shows the traceback to report."
    )
    return INCOMPLETE


def _place(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


def _reader_gone() -> int:
    """Whoever read our output has closed it (`| head`); what is left goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return READER_GONE
