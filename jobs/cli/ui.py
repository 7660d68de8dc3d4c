"""`perf-pipeline ui`: Dagster and the reports in a browser, on 127.0.0.1 only."""

from __future__ import annotations

import os
import signal

import click

from perf_pipeline.home import find_home

PORT = click.IntRange(1, 65_535)


@click.command()
@click.option("--port", type=PORT, default=3000, show_default=True, help="Of the Dagster pages.")
@click.option("--reports-port", type=PORT, default=3001, show_default=True, help="Of the reports.")
def ui(port: int, reports_port: int) -> None:
    """Open Dagster and the reports to the browser.

    Starts webserver, daemon and one code server, and serves the reports, all on 127.0.0.1.
    Ctrl-C or SIGTERM ends all of it; a campaign that was running is broken off, what it landed
    is kept.
    """
    import dagster as dg

    from jobs.runs import close_dead_runs
    from jobs.servers import dagster_servers, refuse_taken, report_server, watch
    from perf_pipeline.bootstrap import prepare_dagster_home

    home = find_home()
    refuse_taken(port, "--port")
    refuse_taken(reports_port, "--reports-port")
    os.environ["DAGSTER_HOME"] = str(prepare_dagster_home(home))
    os.environ["PERF_REPORTS_URL"] = f"http://127.0.0.1:{reports_port}"
    with dg.DagsterInstance.get() as instance:
        close_dead_runs(instance)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with report_server(home, reports_port) as reports:
            click.echo("Starting the servers; this takes some seconds.", err=True)
            with dagster_servers(home, port) as processes:
                click.echo(f"Dagster  http://127.0.0.1:{port}")
                click.echo(f"Reports  {reports}/latest")
                click.echo("Ctrl-C ends both.", err=True)
                watch(processes)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
