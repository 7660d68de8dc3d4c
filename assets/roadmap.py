"""Day five: the verdict, the page people read, the history they ask, the gate."""

import dagster as dg

from assets.naming import CampaignHandle, handle_of, key, nights, resource_key
from perf_pipeline.campaign.conclude import Conclusion, conclude, report
from perf_pipeline.campaign.day import publish_day
from perf_pipeline.campaign.gate import why_red
from perf_pipeline.model import Day
from perf_pipeline.suite.benchmark import Suite


def roadmap(suite: Suite) -> list[dg.AssetsDefinition]:
    """The assets of the fifth day."""
    return [_roadmap(suite), _report(suite), _history(suite), _gate(suite)]


def _roadmap(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, Day.ROADMAP),
        deps=[key(suite, "hotspots"), key(suite, "bottlenecks")],
        group_name=Day.ROADMAP.value,
        description="The night in one sentence, and the way to its report.",
        partitions_def=nights(suite),
        check_specs=[dg.AssetCheckSpec("campaign_complete", asset=key(suite, Day.ROADMAP))],
        required_resource_keys={resource_key(suite)},
    )
    def verdict(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        handle = handle_of(context, suite)
        conclude(handle.campaign)
        written = report(handle.campaign)
        return dg.MaterializeResult(
            metadata={
                "verdict": dg.MetadataValue.md(written.headline.sentence),
                "report": dg.MetadataValue.url(_url(handle)),
                **written.counts,
            },
            check_results=[
                dg.AssetCheckResult(
                    passed=not written.is_incomplete,
                    check_name="campaign_complete",
                    description=written.headline.sentence,
                )
            ],
        )

    return verdict


def _report(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, "report"),
        deps=[key(suite, Day.ROADMAP)],
        group_name=Day.ROADMAP.value,
        description="The page, its short forms and the day files, written to the home.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def written(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        handle = handle_of(context, suite)
        conclusion: Conclusion = report(handle.campaign)
        return dg.MaterializeResult(
            metadata={
                "report": dg.MetadataValue.url(_url(handle)),
                "page": dg.MetadataValue.path(conclusion.report.html),
                "chat": dg.MetadataValue.md(conclusion.report.markdown.read_text(encoding="utf-8")),
            }
        )

    return written


def _history(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, "history"),
        deps=[key(suite, "report")],
        group_name=Day.ROADMAP.value,
        description="history.duckdb, published for everybody who asks in SQL.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def history(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        campaign = handle_of(context, suite).campaign
        return dg.MaterializeResult(metadata={"history": publish_day(campaign)})

    return history


def _gate(suite: Suite) -> dg.AssetsDefinition:
    @dg.asset(
        key=key(suite, "gate"),
        deps=[key(suite, "history")],
        group_name=Day.ROADMAP.value,
        description="Fails the run if the suite asked for that; everything is written by now.",
        partitions_def=nights(suite),
        required_resource_keys={resource_key(suite)},
    )
    def gate(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        reason = why_red(handle_of(context, suite).campaign)
        if reason:
            raise dg.Failure(description=reason, allow_retries=False)
        return dg.MaterializeResult(metadata={"gate": "open"})

    return gate


def _url(handle: CampaignHandle) -> str:
    return f"{handle.reports_url}/{handle.campaign.campaign_id}/index.html"
