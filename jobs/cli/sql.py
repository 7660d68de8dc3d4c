"""`perf-pipeline sql`: questions to the published history."""

from __future__ import annotations

import sys

import click

from jobs.cli.output import say
from jobs.cli.program import as_typed
from perf_pipeline.home import find_home

FORMATS = ("table", "json", "csv")


@click.command()
@click.argument("query", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How the answer is written.",
)
def sql(query: str | None, form: str) -> None:
    """Answer SQL from the published history.

    Without QUERY, or with -, the SQL is read from a pipe. The views to ask begin with v_; v_status
    says how old the figures are. The history is only read; the same file opens in any DuckDB.
    """
    from warehouse.formats import to_csv, to_json, to_text
    from warehouse.query import run_query

    table = run_query(find_home().history, _piped() if query in (None, "-") else query)
    text = {"table": to_text, "json": to_json, "csv": to_csv}[form](table)
    click.echo(text.removesuffix("\n"))
    if not table.rows:
        say("No rows.")


def _piped() -> str:
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError(
            as_typed('There is no query. For a first one: perf-pipeline sql "from v_status"')
        )
    return sys.stdin.buffer.read().decode("utf-8", errors="replace")
