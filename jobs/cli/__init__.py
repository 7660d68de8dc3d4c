"""The command line: one file per command, listed here in the order of `--help`.

What a command needs of Dagster, DuckDB and the engine it imports when it runs, so that help is
there at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from jobs.cli import (
    benchmarks,
    changes,
    check,
    compare,
    doctor,
    init,
    pin,
    report,
    run,
    sql,
    suite,
    ui,
    warehouse,
)
from jobs.cli.ending import run_to_the_end

COMMANDS = (
    run.run,
    compare.compare,
    changes.changes,
    pin.pin,
    ui.ui,
    report.report,
    benchmarks.benchmarks,
    check.check,
    doctor.doctor,
    sql.sql,
    suite.suite,
    init.init,
    warehouse.warehouse,
)


class _Ordered(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of `COMMANDS`."""
        return list(self.commands)


@click.group(
    "perf-pipeline", cls=_Ordered, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="perf-pipeline", message="%(prog)s %(version)s")
def app() -> None:
    """Profile workloads night by night and say, with evidence, what got worse.

    Exit codes: 0 done, 1 got worse, 2 wrong use, 3 incomplete.
    """


def _with_debug(command: click.Command) -> click.Command:
    """Give a command, and those below it, the option that `run_to_the_end` looks for."""
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _with_debug(inner)
    help_text = "Show the traceback of an error."
    return click.option("--debug", is_flag=True, expose_value=False, help=help_text)(command)


for _command in COMMANDS:
    app.add_command(_command)
_with_debug(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code.

    Args:
        arguments: What stands behind the program's name; by default what was typed.
    """
    sys.exit(run_to_the_end(app, sys.argv[1:] if arguments is None else arguments))
