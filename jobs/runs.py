"""Dagster runs: which campaign they belong to, and what became of their processes."""

from __future__ import annotations

import os

import dagster as dg
import psutil

CAMPAIGN_TAG = "perf/campaign"
SCHEDULED_TAG = "perf/scheduled"
"""On runs that measure the suite's named revision, not the working tree."""
PROCESS_TAG = "perf/process"
UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def mark_run(instance: dg.DagsterInstance, run_id: str, campaign_id: str) -> None:
    """Note the campaign (a re-execution goes on with it) and the process (to see it die)."""
    tags = {CAMPAIGN_TAG: campaign_id, PROCESS_TAG: _process(os.getpid())}
    instance.add_run_tags(run_id, tags)


def close_dead_runs(instance: dg.DagsterInstance, own_run_id: str = "") -> list[str]:
    """Mark runs as failed whose process is gone; returns their ids.

    A killed run stays STARTED in Dagster's storage for ever, and its slot with it.
    """
    closed = []
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=UNFINISHED)):
        process = run.tags.get(PROCESS_TAG, "")
        if run.run_id != own_run_id and process and not _lives(process):
            message = (
                f"The process of this run ({process}) is gone: it was killed or the machine "
                "went down. What it landed is kept; re-execute the run to go on."
            )
            instance.report_run_failed(run, message)
            closed.append(run.run_id)
    return closed


def _process(pid: int) -> str:
    """Pid and start time together name a process; pids alone come again."""
    return f"{pid}@{psutil.Process(pid).create_time():.2f}"


def _lives(process: str) -> bool:
    pid = int(process.partition("@")[0])
    try:
        return _process(pid) == process
    except psutil.NoSuchProcess:
        return False
