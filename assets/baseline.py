"""Day one: is this machine fit, how far does it move on its own, and the critical path."""

import dagster as dg

from assets.factory import day_benchmarks
from assets.metadata import table
from assets.naming import handle_of, key, measured, nights, resource_key
from assets.summary import day_summary
from perf_pipeline.campaign.control import run_control
from perf_pipeline.campaign.day import publish_day
from perf_pipeline.campaign.gather import control_figures
from perf_pipeline.model import Day
from perf_pipeline.report.units import change
from perf_pipeline.suite.benchmark import Suite


def baseline(suite: Suite) -> list[dg.AssetsDefinition]:
    """The assets of the first day."""
    control = key(suite, "control")
    return [
        _machine(suite),
        _control(suite),
        *day_benchmarks(suite, Day.BASELINE, [control]),
        day_summary(suite, Day.BASELINE, [control, *measured(suite, Day.BASELINE)]),
    ]


def _machine(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, "machine"),
        group_name=Day.BASELINE.value,
        description="What machine this is, and whether it is fit to measure on.",
        partitions_def=nights(suite),
        check_specs=[dg.AssetCheckSpec("fit", asset=key(suite, "machine"))],
        required_resource_keys={resource_key(suite)},
    )
    def machine(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        campaign = handle_of(context, suite).campaign
        record = campaign.record
        return dg.MaterializeResult(
            metadata={
                "campaign": record.campaign_id,
                "machine": record.machine.name,
                "cpu": record.machine.cpu_model,
                "effective_cores": record.machine.effective_cores,
                "memory_bytes": record.machine.memory_bytes,
                "revision": record.revision + (" +uncommitted" if record.uncommitted else ""),
                "environment": table(
                    ("fact", "value"), ((one.name, one.value) for one in record.environment)
                ),
                # Now, so that readers see the campaign before its first day has ended.
                "history": publish_day(campaign),
            },
            check_results=[
                dg.AssetCheckResult(
                    passed=record.fit, check_name="fit", description=record.fit_reason or "fit"
                )
            ],
        )

    return machine


def _control(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, "control"),
        deps=[key(suite, "machine")],
        group_name=Day.BASELINE.value,
        description="The same code measured against itself: how far this machine moves alone.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def control(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        blocks = run_control(handle_of(context, suite).campaign)
        figures = control_figures(blocks)
        if figures is None:
            return dg.MaterializeResult(metadata={"moved": "not measured", "blocks": 0})
        moved = change(figures.moved_percent, figures.low_percent, figures.high_percent)
        return dg.MaterializeResult(
            metadata={
                "moved": moved,
                "moved_percent": figures.moved_percent,
                "blocks": figures.pairs,
            }
        )

    return control
