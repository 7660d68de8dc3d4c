"""The commands that the report tells a reader to type; only those that exist."""

from __future__ import annotations

import shlex

from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.text import shorten


def measure_again(facts: CampaignFacts, benchmark: str) -> str:
    """Measures one benchmark alone, now."""
    return f"{facts.run_command} --only {shlex.quote(shorten(benchmark))}"


def ask(query: str) -> str:
    """Puts a question to the published history."""
    harmless = not set(query) & set('"$`\\!')
    return f'perf-pipeline sql "{query}"' if harmless else f"perf-pipeline sql {shlex.quote(query)}"


def measurements_query(facts: CampaignFacts) -> str:
    """Every figure of this campaign, with its interval."""
    campaign = facts.start.campaign_id.replace("'", "''")
    return (
        "select benchmark, parameters, metric, value, low, high, unit, n "  # noqa: S608 - shown, never run here
        f"from v_measurements where campaign = '{shorten(campaign)}'"
    )
