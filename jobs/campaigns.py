"""Jobs of a suite: the whole campaign, and one per day."""

from __future__ import annotations

import dagster as dg

from assets.naming import key
from perf_pipeline.model import Day
from perf_pipeline.suite.benchmark import Suite

BUILT_IN = "builtin"
"""The built-in suite's jobs have plain names; those of others end with the suite's name."""
EVERY_RUN = ("machine", "control")


def job_name(suite: Suite, job: str) -> str:
    """`campaign`, or `campaign_<suite>` for any but the built-in suite."""
    return job if suite.name == BUILT_IN else f"{job}_{suite.name}"


def campaign_jobs(suite: Suite) -> list[dg.UnresolvedAssetJobDefinition]:
    """`campaign` and a job per day; each begins with the machine check and the A/A control."""
    every = dg.AssetSelection.key_prefixes([suite.name])
    begin = dg.AssetSelection.assets(*[key(suite, name) for name in EVERY_RUN])
    campaign = _job(suite, "campaign", every, "All five days.")
    return [
        campaign,
        *(
            _job(
                suite,
                day.value,
                (every & dg.AssetSelection.groups(day.value)) | begin,
                f"Only: {day}.",
            )
            for day in Day
        ),
    ]


def _job(
    suite: Suite, job: str, selection: dg.AssetSelection, description: str
) -> dg.UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        job_name(suite, job),
        selection=selection,
        description=description,
        executor_def=dg.in_process_executor,
    )
