"""Launch a campaign in this process: what the command line does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from assets.naming import key, resource_key
from jobs.campaigns import EVERY_RUN, job_name
from jobs.definitions import build
from jobs.machine_lock import machine_lock
from jobs.progress import Progress
from jobs.runs import CAMPAIGN_TAG, close_dead_runs, own_process
from jobs.wiring import open_store
from perf_pipeline.bootstrap import prepare_dagster_home
from perf_pipeline.campaign.identity import parse_campaign, present_night
from perf_pipeline.campaign.selection import Selection, select
from perf_pipeline.errors import PerfError
from perf_pipeline.home import Home
from perf_pipeline.measure.machine import machine_name
from perf_pipeline.model import Day, Measurement, Subject, Verdict, parameters_label
from perf_pipeline.report.units import with_interval
from perf_pipeline.suite.benchmark import Suite

LAST = "last"
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
    incomplete: bool = False
    worse: bool = False
    failure: str = ""


def launch(home: Home, suite: Suite, asked: Launch) -> Ended:
    """Run a campaign to its end and say what it came to.

    Raises:
        PerfError: The machine is busy, or there is nothing such to measure or to go on with.
    """
    os.environ["DAGSTER_HOME"] = str(prepare_dagster_home(home))
    os.environ["PERF_HOME"] = str(home.root)
    campaign_id = _campaign_to_resume(home, suite, asked.resume)
    chosen = [record.name for record in select(suite, Selection(asked.only, asked.tags))]
    with machine_lock(home, "a look whether the machine is free"):
        pass
    with dg.DagsterInstance.get() as instance:
        close_dead_runs(instance)
        job = build([suite]).resolve_job_def(job_name(suite, "campaign"))
        with Progress(instance, suite, chosen) as progress:
            result = job.execute_in_process(
                instance=instance,
                partition_key=_night(suite, campaign_id),
                run_config=_config(suite, asked),
                asset_selection=_selected(suite, asked, chosen),
                run_id=progress.run_id,
                tags=_tags(campaign_id, progress.run_id),
                raise_on_error=False,
            )
        run = instance.get_run_by_id(result.run_id)
        campaign_id = run.tags.get(CAMPAIGN_TAG, "") if run else ""
        if not campaign_id or (not result.success and not _is_gate(result)):
            return Ended(campaign_id, failure=_failure(result))
    return _ended(home, campaign_id)


def _tags(campaign_id: str, run_id: str) -> dict[str, str]:
    """From its first moment a run says where it lives, so that a killed one is found."""
    goes_on = {CAMPAIGN_TAG: campaign_id} if campaign_id else {}
    return goes_on | own_process(run_id)


def _campaign_to_resume(home: Home, suite: Suite, asked: str) -> str:
    if asked != LAST:
        return asked and str(parse_campaign(asked))
    known = open_store(home).campaigns(suite.name, machine_name())
    if not known:
        raise PerfError("There is no campaign to go on with.", todo="Begin one: perf-pipeline run")
    return known[-1]


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


def _selected(suite: Suite, asked: Launch, chosen: Sequence[str]) -> list[dg.AssetKey] | None:
    """Assets of this run: everything, the chosen with all that is around, or only the named."""
    if asked.only:
        return [key(suite, name) for name in (*EVERY_RUN, *chosen)]
    if not asked.tags:
        return None
    around = ("regressions", "hotspots", "bottlenecks", "report", "history", "gate")
    days = [day.value for day in Day]
    return [key(suite, name) for name in (*EVERY_RUN, *chosen, *days, *around)]


def _is_gate(result: dg.ExecuteInProcessResult) -> bool:
    """Whether nothing but the gate failed: then everything is written."""
    failed = [event.step_key or "" for event in result.get_step_failure_events()]
    return bool(failed) and all(step.endswith("__gate") for step in failed)


def _failure(result: dg.ExecuteInProcessResult) -> str:
    """Why the run failed, as its first error says it."""
    for event in result.all_events:
        data = event.event_specific_data
        error = getattr(data, "error", None)
        if event.is_failure and error is not None:
            return _innermost(error)
    return f"Run {result.run_id} failed; its log is in the Dagster UI: perf-pipeline ui"


def _innermost(error: SerializableErrorInfo) -> str:
    if error.cause is not None:
        return _innermost(error.cause)
    return error.message.removeprefix("dagster._core.definitions.events.Failure: ").strip()


def _ended(home: Home, campaign_id: str) -> Ended:
    store = open_store(home)
    said = store.verdicts(campaign_id)
    verdict = next((one for one in said if one.subject is Subject.CAMPAIGN), None)
    if verdict is None:
        figures = store.measurements(campaign_id)
        heading = f"Measured alone, outside screen and report: {campaign_id}"
        return Ended(campaign_id, heading, tuple(map(_figure, figures)))
    page = home.reports / campaign_id / "index.html"
    return Ended(
        campaign_id,
        verdict.reason,
        (f"Report   {page}", "Next     perf-pipeline ui   (schedules, history, this report)"),
        incomplete=verdict.verdict is Verdict.NOT_MEASURED,
        worse=verdict.verdict is Verdict.WORSE,
    )


def _figure(one: Measurement) -> str:
    value = with_interval(one.value, one.low, one.high, one.metric.unit)
    shown = value if one.value is not None else one.reason
    return f"{one.benchmark}  {parameters_label(one.parameters)}  {one.metric.name}  {shown}"
