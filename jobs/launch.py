"""Launch a campaign in this process: what the command line does."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from assets.naming import key, resource_key
from jobs.alone import look_back
from jobs.campaigns import EVERY_RUN, job_name
from jobs.definitions import build
from jobs.machine_lock import machine_lock
from jobs.progress import Progress
from jobs.runs import CAMPAIGN_TAG, close_dead_runs, own_process
from jobs.wiring import open_store
from perf_pipeline.bootstrap import prepare_dagster_home
from perf_pipeline.campaign.errors import BrokenOffError, StoppedError
from perf_pipeline.campaign.identity import parse_campaign, present_night
from perf_pipeline.campaign.selection import EVERYTHING, Selection, select
from perf_pipeline.errors import PerfError
from perf_pipeline.home import Home
from perf_pipeline.measure.machine import machine_name
from perf_pipeline.model import CampaignKind, Day, Subject, Verdict, VerdictRecord
from perf_pipeline.suite.benchmark import Suite

LAST = "last"
STOPPED = "dagster._core.errors.DagsterExecutionInterruptedError"
OURS = re.compile(
    r"^(dagster\._core\.(definitions\.events\.Failure|errors\.DagsterResourceFunctionError)|"
    r"(perf_pipeline|warehouse)\.[\w.]+): "
)
NO_COPIES = {
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    }
}
"""Dagster copies what a step prints with four processes beside it: they would run beside the
benchmarks, and Ctrl-C on a terminal would reach them, each to end with a traceback."""
FINDINGS = 5
"""So many are named at the end of a campaign."""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class Launch:
    """What somebody asked for on the command line; empty is the default."""

    budget: str = ""
    tags: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    resume: str = ""
    seed: int | None = None
    memory_limit_mib: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """What a launch came to; `failure` says why the run itself failed, empty when it did not."""

    campaign_id: str
    verdict: str = ""
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """Of benchmarks measured alone, under `jobs.alone.TITLES`."""
    incomplete: bool = False
    worse: bool = False
    failure: str = ""


def launch(home: Home, suite: Suite, asked: Launch) -> Ended:
    """Run a campaign to its end and say what it came to.

    Raises:
        PerfError: The machine is busy, there is nothing such to measure or to go on with, or the
            run was stopped or broke off.
    """
    os.environ["DAGSTER_HOME"] = str(prepare_dagster_home(home))
    os.environ["PERF_HOME"] = str(home.root)
    campaign_id = _campaign_to_resume(home, suite, asked.resume)
    chosen, alone = _chosen(home, suite, campaign_id, asked)
    with machine_lock(home, "a look whether the machine is free"):
        pass
    with _instance(home) as instance:
        close_dead_runs(instance)
        job = build([suite]).resolve_job_def(job_name(suite, "campaign"))
        with Progress(instance, suite, chosen) as progress:
            result = job.execute_in_process(
                instance=instance,
                partition_key=_night(suite, campaign_id),
                run_config=_config(suite, asked),
                asset_selection=_selected(suite, chosen, alone=alone),
                run_id=progress.run_id,
                tags=_tags(campaign_id, progress.run_id),
                raise_on_error=False,
            )
        run = instance.get_run_by_id(result.run_id)
        campaign_id = run.tags.get(CAMPAIGN_TAG, "") if run else ""
        if not result.success and not _is_gate(result):
            return _broken_off(campaign_id, result)
    return _ended(home, campaign_id)


def _instance(home: Home) -> dg.DagsterInstance:
    """The home's own, without the copies; nothing in it is temporary, whatever the call says."""
    return dg.DagsterInstance.local_temp(str(home.dagster), overrides=NO_COPIES)


def _tags(campaign_id: str, run_id: str) -> dict[str, str]:
    """From its first moment a run says where it lives, so that a killed one is found."""
    goes_on = {CAMPAIGN_TAG: campaign_id} if campaign_id else {}
    return goes_on | own_process(run_id)


def _campaign_to_resume(home: Home, suite: Suite, asked: str) -> str:
    if asked != LAST:
        return asked and str(parse_campaign(asked))
    store = open_store(home)
    for campaign_id in reversed(store.campaigns(suite.name, machine_name())):
        runs = store.runs(campaign_id)
        if runs and runs[0].kind is CampaignKind.FULL:
            return campaign_id
    raise PerfError("There is no campaign to go on with.", todo="Begin one: perf-pipeline run")


def _chosen(
    home: Home, suite: Suite, campaign_id: str, asked: Launch
) -> tuple[tuple[str, ...], bool]:
    """Names of what is measured, and whether that is outside the days of a campaign.

    A campaign goes on with the benchmarks it began with, as far as the suite still has them.
    """
    asked_for = select(suite, Selection(asked.only, asked.tags))
    if not asked_for:
        raise PerfError(
            f"Suite {suite.name} has no benchmark.",
            why=f"There is none below {suite.root}.",
            todo="Write one: docs/suites.md",
        )
    runs = open_store(home).runs(campaign_id) if campaign_id else ()
    if not runs:
        return tuple(record.name for record in asked_for), bool(asked.only)
    present = {record.name for record in select(suite, EVERYTHING)}
    begun = tuple(one.name for one in runs[0].benchmarks if one.name in present)
    return begun, runs[0].kind is CampaignKind.AD_HOC


def _night(suite: Suite, campaign_id: str) -> str:
    if campaign_id:
        return parse_campaign(campaign_id).night.isoformat()
    return present_night(suite, datetime.now(UTC)).isoformat()


def _config(suite: Suite, asked: Launch) -> dict[str, object]:
    choices = {
        "budget": asked.budget or suite.budget.value,
        "tags": list(asked.tags),
        "seed": asked.seed,
        "memory_limit_mib": asked.memory_limit_mib,
    }
    return {"resources": {resource_key(suite): {"config": choices}}, **QUIET}


def _selected(suite: Suite, chosen: Sequence[str], *, alone: bool) -> list[dg.AssetKey] | None:
    """Assets of this run: everything, the chosen with all that is around, or only the chosen."""
    if alone:
        return [key(suite, name) for name in (*EVERY_RUN, *chosen)]
    if len(chosen) == len(select(suite, EVERYTHING)):
        return None
    around = ("regressions", "hotspots", "bottlenecks", "report", "history", "gate")
    days = [day.value for day in Day]
    return [key(suite, name) for name in (*EVERY_RUN, *chosen, *days, *around)]


def _is_gate(result: dg.ExecuteInProcessResult) -> bool:
    """Whether nothing but the gate failed: then everything is written."""
    failed = [event.step_key or "" for event in result.get_step_failure_events()]
    return bool(failed) and all(step.endswith("__gate") for step in failed)


def _broken_off(campaign_id: str, result: dg.ExecuteInProcessResult) -> Ended:
    """A run that was refused; one that had begun already raises."""
    errors = [error for event in result.all_events if (error := _error(event))]
    reasons = [*map(_told, errors)]
    goes_on = _goes_on(campaign_id) if campaign_id else ""
    if any(reason.startswith(STOPPED) for reason in reasons):
        raise StoppedError("Stopped.", kept="What has landed is kept.", todo=goes_on)
    log = f"Run {result.run_id} failed; its log is in the Dagster UI: perf-pipeline ui"
    reason = next(iter(reasons), log)
    if campaign_id and result.get_step_failure_events():
        raise BrokenOffError(
            "The campaign broke off.", why=reason, kept="What has landed is kept.", todo=goes_on
        )
    return Ended(campaign_id, failure=reason)


def _goes_on(campaign_id: str) -> str:
    suite = parse_campaign(campaign_id).suite
    return f"Go on with it: perf-pipeline run --suite {suite} --resume {campaign_id}"


def _error(event: dg.DagsterEvent) -> SerializableErrorInfo | None:
    found = getattr(event.event_specific_data, "error", None)
    return found if event.is_failure and isinstance(found, SerializableErrorInfo) else None


def _told(error: SerializableErrorInfo) -> str:
    """What happened: in our own words where one of the errors is ours, else in the first one's."""
    chain = [error]
    while (cause := chain[-1].cause) is not None:
        chain.append(cause)
    told = next((one for one in chain if OURS.match(one.message)), chain[-1])
    return OURS.sub("", told.message).strip()


def _ended(home: Home, campaign_id: str) -> Ended:
    store = open_store(home)
    said = store.verdicts(campaign_id)
    verdict = next((one for one in said if one.subject is Subject.CAMPAIGN), None)
    if verdict is None:
        told = f"Measured alone, outside screen and report: {campaign_id}"
        alone = look_back(store, campaign_id)
        return Ended(campaign_id, told, alone.notes, alone.rows, incomplete=alone.incomplete)
    page = home.reports / campaign_id / "index.html"
    return Ended(
        campaign_id,
        verdict.reason,
        (
            *_found(said, parse_campaign(campaign_id).suite),
            f"Report   {page}",
            "Next     perf-pipeline ui   (schedules, history, this report)",
        ),
        incomplete=verdict.verdict is Verdict.NOT_MEASURED,
        worse=verdict.verdict is Verdict.WORSE,
    )


def _found(said: Sequence[VerdictRecord], suite: str) -> Iterator[str]:
    """What the night found, each with its size and cause, and where to answer it."""
    findings = [one for one in said if one.subject is Subject.FINDING]
    for one in findings[:FINDINGS]:
        cause = f" ({one.cause})" if one.cause else ""
        yield f"{one.verdict.value.capitalize():<8} {one.reason}{cause}"
    if len(findings) > FINDINGS:
        yield f"         and {len(findings) - FINDINGS:,} more findings"
    if findings or any(_is_worse(one) for one in said):
        yield f"Answer   perf-pipeline changes list --suite {shlex.quote(suite)}"


def _is_worse(row: VerdictRecord) -> bool:
    return row.subject is Subject.CHANGE and row.verdict is Verdict.WORSE
