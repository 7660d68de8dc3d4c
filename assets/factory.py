"""An asset per benchmark: the factory that all measuring days share."""

import time
from collections.abc import Iterable

import dagster as dg

from assets.checks import check_specs, left_out_checks, measured_check, target_checks
from assets.metadata import measurements_table, plots
from assets.naming import handle_of, key, nights, resource_key, tag_value
from perf_pipeline.campaign.gather import SPARKLINE_NIGHTS
from perf_pipeline.campaign.measure import measure, summary
from perf_pipeline.campaign.past import past_of
from perf_pipeline.campaign.targets import judge_targets, standing_measurements, targets_met_before
from perf_pipeline.model import BenchmarkRecord, Day
from perf_pipeline.suite.benchmark import Suite

LEFT_OUT = "not part of this campaign, nothing was run"
"""Chosen by tag, or declared after the revision that is measured."""


def day_benchmarks(
    suite: Suite, day: Day, after: Iterable[dg.AssetKey]
) -> list[dg.AssetsDefinition]:
    """The measuring assets of a day; an invalid benchmark gets one too and lands its fault."""
    records = [one.record for one in suite.benchmarks] + list(suite.invalid)
    return [benchmark_asset(suite, record, list(after)) for record in records if record.day is day]


def benchmark_asset(
    suite: Suite, record: BenchmarkRecord, after: list[dg.AssetKey]
) -> dg.AssetsDefinition:
    """Measure one benchmark; a failure of the workload is a failed check, never a failed run."""
    name = record.name

    @dg.asset(
        key=key(suite, name),
        deps=after,
        group_name=record.day.value,
        description=record.description or record.title,
        tags={"component": tag_value(record.component), "tier": record.day.value},
        kinds={"python"},
        partitions_def=nights(suite),
        check_specs=check_specs(key(suite, name), record),
        required_resource_keys={resource_key(suite)},
    )
    def measured_benchmark(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        campaign = handle_of(context, suite).campaign
        if not campaign.promises(name):
            return dg.MaterializeResult(
                metadata={"summary": LEFT_OUT, "campaign": campaign.campaign_id},
                check_results=left_out_checks(record, LEFT_OUT),
            )
        began = time.monotonic()
        outcome = measure(campaign, name)
        said = summary(outcome, time.monotonic() - began)
        measurements = standing_measurements(campaign, name, outcome.attempt.number)
        verdicts = judge_targets(campaign, name, measurements)
        before = targets_met_before(campaign, name)
        return dg.MaterializeResult(
            metadata={
                "summary": said,
                "status": outcome.attempt.status.value,
                "measurements": measurements_table(
                    measurements, past_of(campaign, SPARKLINE_NIGHTS).histories
                ),
                "attempt": outcome.attempt.number,
                "kept": outcome.kept,
                "campaign": campaign.campaign_id,
                "warehouse": outcome.loaded.busy or "loaded",
                **plots(measurements),
            },
            check_results=[
                measured_check(outcome.attempt),
                *target_checks(record, verdicts, before),
            ],
        )

    return measured_benchmark
