"""`perf-pipeline report`: where the report of a campaign is, or write it anew."""

from __future__ import annotations

import click

from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home


@click.command()
@click.argument("campaign", default="last")
@click.option("--markdown", is_flag=True, help="Print the short form for chat.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures.")
def report(campaign: str, *, markdown: bool, as_json: bool) -> None:
    """Print the path of a campaign's report, or its short form.

    CAMPAIGN is its name; without one the newest report is meant.
    """
    folder = find_home().reports
    written = sorted(folder.glob("*/index.html"), key=lambda page: page.stat().st_mtime)
    if not written:
        raise PerfError("There is no report yet.", todo="Measure first: perf-pipeline run")
    chosen = written[-1] if campaign == "last" else folder / campaign / "index.html"
    if chosen not in written:
        raise PerfError(
            f"There is no report of {campaign!r}.",
            why=f"The newest is of {written[-1].parent.name}.",
            todo='List campaigns: perf-pipeline sql "select campaign from v_campaigns"',
        )
    if markdown or as_json:
        name = "report.md" if markdown else "report.json"
        click.echo((chosen.parent / name).read_text(encoding="utf-8"), nl=False)
    else:
        click.echo(chosen)
