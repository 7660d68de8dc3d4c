"""The last asset of a measuring day: how many counted, and the history published."""

from collections import Counter

import dagster as dg

from assets.naming import handle_of, key, nights, resource_key
from perf_pipeline.campaign.day import day_attempts, publish_day
from perf_pipeline.model import Day
from perf_pipeline.suite.benchmark import Suite


def day_summary(suite: Suite, day: Day, after: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset named like its day."""

    @dg.asset(
        key=key(suite, day.value),
        deps=after,
        group_name=day.value,
        description=f"The {day.value.replace('_', ' ')} of the campaign, counted and published.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def summary(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        campaign = handle_of(context, suite).campaign
        statuses = Counter(day_attempts(campaign, day).values())
        note = publish_day(campaign)
        counted = {status: count for status, count in statuses.items() if status}
        return dg.MaterializeResult(
            metadata={
                "promised": statuses.total(),
                **{f"benchmarks_{status}": count for status, count in sorted(counted.items())},
                "history": note,
            }
        )

    return summary
