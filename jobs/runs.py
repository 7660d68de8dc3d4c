"""Dagster runs: which campaign they belong to, and what became of their processes."""

from __future__ import annotations

import os
import time

import dagster as dg
import psutil

CAMPAIGN_TAG = "perf/campaign"
SCHEDULED_TAG = "perf/scheduled"
"""On runs that measure the suite's named revision, not the working tree."""
PROCESS_TAG = "perf/process"
UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
UNMARKED_S = 600.0
"""A run that began so long ago without saying in which process was killed before it could."""


def own_process(run_id: str) -> dict[str, str]:
    """The tag that says that a run lives and dies with this process."""
    return {PROCESS_TAG: f"{run_id}:{_process(os.getpid())}"}


def mark_run(instance: dg.DagsterInstance, run_id: str, campaign_id: str) -> None:
    """Note the campaign (a re-execution goes on with it) and the process (to see it die)."""
    instance.add_run_tags(run_id, {CAMPAIGN_TAG: campaign_id, **own_process(run_id)})


def close_dead_runs(instance: dg.DagsterInstance, own_run_id: str = "") -> list[str]:
    """Mark runs as failed whose process is gone; returns their ids.

    A killed run stays STARTED in Dagster's storage for ever, and its slot with it.
    """
    closed = []
    for record in instance.get_run_records(filters=dg.RunsFilter(statuses=UNFINISHED)):
        run = record.dagster_run
        if run.run_id != own_run_id and _is_dead(record):
            message = (
                f"The process of this run ({_told_process(run) or 'unknown'}) is gone: it was "
                "killed or the machine went down. What it landed is kept; re-execute the run to "
                "go on."
            )
            instance.report_run_failed(run, message)
            closed.append(run.run_id)
    return closed


def _is_dead(record: dg.RunRecord) -> bool:
    process = _told_process(record.dagster_run)
    if process:
        return not _lives(process)
    began = record.start_time
    return began is not None and time.time() - began > UNMARKED_S


def _told_process(run: dg.DagsterRun) -> str:
    """What the run said of itself; a re-execution comes with the tags of the run before."""
    told, _, process = run.tags.get(PROCESS_TAG, "").partition(":")
    return process if told == run.run_id else ""


def _process(pid: int) -> str:
    """Pid and start time together name a process; pids alone come again."""
    return f"{pid}@{psutil.Process(pid).create_time():.2f}"


def _lives(process: str) -> bool:
    pid = int(process.partition("@")[0])
    try:
        return _process(pid) == process
    except psutil.NoSuchProcess:
        return False
