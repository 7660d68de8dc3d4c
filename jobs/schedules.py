"""When campaigns begin without anybody asking."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

import dagster as dg

from assets.naming import resource_key
from jobs.campaigns import job_name
from jobs.runs import SCHEDULED_TAG
from perf_pipeline.suite.benchmark import Schedule, Suite

GRACE = timedelta(minutes=30)
"""A tick that comes later (the daemon was down) is skipped: a night measured by day is none."""


def nightly(suite: Suite, schedule: Schedule) -> dg.ScheduleDefinition:
    """The nightly campaign of a suite; on from the start only with `PERF_NIGHTLY=1`."""
    running = os.environ.get("PERF_NIGHTLY") == "1"

    @dg.schedule(
        name=job_name(suite, "nightly"),
        job_name=job_name(suite, "campaign"),
        cron_schedule=schedule.cron,
        execution_timezone=schedule.time_zone,
        description="Measures the suite every night.",
        default_status=dg.DefaultScheduleStatus.RUNNING
        if running
        else dg.DefaultScheduleStatus.STOPPED,
    )
    def nightly_campaign(
        context: dg.ScheduleEvaluationContext,
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        planned = context.scheduled_execution_time
        late = datetime.now(planned.tzinfo) - planned
        if late > GRACE:
            yield dg.SkipReason(f"planned for {planned:%H:%M}, {_minutes(late)} minutes late")
            return
        night = planned.date().isoformat()
        config = {resource_key(suite): {"config": {"budget": suite.budget.value}}}
        yield dg.RunRequest(
            run_key=f"{suite.name}-{night}",
            partition_key=night,
            run_config={"resources": config},
            tags={SCHEDULED_TAG: "true"},
        )

    return nightly_campaign


def _minutes(duration: timedelta) -> int:
    return round(duration.total_seconds() / 60)
