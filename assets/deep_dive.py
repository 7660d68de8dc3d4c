"""Day four: what moved, and where the time goes."""

import dagster as dg

from assets.factory import day_benchmarks
from assets.metadata import hotspots_table, plan_table, regressions_metadata, table
from assets.naming import handle_of, key, measured, nights, resource_key
from perf_pipeline.analysis.hotspots import rank
from perf_pipeline.campaign.changes.regressions import find_regressions
from perf_pipeline.campaign.day import publish_day
from perf_pipeline.campaign.deep_dive import plan_deep_dive, work_off
from perf_pipeline.campaign.time_split import time_splits
from perf_pipeline.model import Day
from perf_pipeline.report.units import quantity, share
from perf_pipeline.suite.benchmark import Suite

DAYS_BEFORE = (Day.BASELINE, Day.MICROBENCHMARKS, Day.MACROBENCHMARKS)


def deep_dive(suite: Suite) -> list[dg.AssetsDefinition]:
    """The assets of the fourth day."""
    regressions = key(suite, "regressions")
    return [
        _regressions(suite),
        *day_benchmarks(suite, Day.DEEP_DIVE, [regressions]),
        _deep_dive(suite),
        _hotspots(suite),
        _bottlenecks(suite),
    ]


def _regressions(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, "regressions"),
        deps=[key(suite, Day.MACROBENCHMARKS)],
        group_name=Day.DEEP_DIVE.value,
        description="What got worse or better: screened, compared by A/B, put into findings.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def regressions(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        found = find_regressions(handle_of(context, suite).campaign, *DAYS_BEFORE)
        return dg.MaterializeResult(metadata=regressions_metadata(found))

    return regressions


def _deep_dive(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, Day.DEEP_DIVE),
        deps=[key(suite, "regressions"), *measured(suite, Day.DEEP_DIVE)],
        group_name=Day.DEEP_DIVE.value,
        description="Profiles for what is suspected or missed its target: planned, worked off.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def profiled(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        campaign = handle_of(context, suite).campaign
        found = find_regressions(campaign, Day.DEEP_DIVE)
        items = plan_deep_dive(campaign)
        left = work_off(campaign, items)
        return dg.MaterializeResult(
            metadata={
                **regressions_metadata(found),
                "profiles_plan": plan_table(items),
                "profiles_not_reached": plan_table(left),
                "items": len(items),
                "items_not_reached": len(left),
                "history": publish_day(campaign),
            }
        )

    return profiled


def _hotspots(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, "hotspots"),
        deps=[key(suite, Day.DEEP_DIVE)],
        group_name=Day.DEEP_DIVE.value,
        description="Functions by their share of a case's cost; what removing them saves at most.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def hotspots(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        campaign = handle_of(context, suite).campaign
        profiles = campaign.store.profiles(campaign.campaign_id)
        found = [row for one in profiles for row in rank(one)]
        benchmarks = {one.profile_id: one.benchmark for one in profiles}
        top = sorted(found, key=lambda one: one.saves_at_most, reverse=True)
        without = [(one.benchmark, one.profiler, one.message) for one in profiles if one.message]
        return dg.MaterializeResult(
            metadata={
                "hotspots": hotspots_table(top, benchmarks),
                "without_profile": table(("benchmark", "profiler", "reason"), without),
                "profiles": len(profiles),
            }
        )

    return hotspots


def _bottlenecks(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, "bottlenecks"),
        deps=[key(suite, "hotspots")],
        group_name=Day.DEEP_DIVE.value,
        description="Where each case's wall time went: on CPU, in the run queue, waiting.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def bottlenecks(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        splits = time_splits(handle_of(context, suite).campaign)
        heads = ("benchmark", "case", "wall", "on CPU", "run queue", "waiting", "faults/CPU s")
        rows = (
            (
                one.benchmark,
                one.case,
                quantity(one.wall_ns, "ns"),
                share(one.cpu_share),
                share(one.run_queue_share),
                share(one.waiting_share),
                f"{one.minor_faults_per_cpu_s:,.0f}",
            )
            for one in splits
        )
        return dg.MaterializeResult(metadata={"time": table(heads, rows), "cases": len(splits)})

    return bottlenecks
