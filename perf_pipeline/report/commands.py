"""The commands that the report tells a reader to type; only those that exist."""

from __future__ import annotations

import re
import shlex

from perf_pipeline.model import VerdictRecord
from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.text import shorten

SPAN = re.compile(r"(?P<older>[0-9a-f]{7,40})\.\.(?P<newer>[0-9a-f]{7,40})(?P<uncommitted>\+\w+)?")
"""How a cause begins where both revisions are known."""
NAMED = 3
"""More benchmarks than this are measured with all the others."""


def measure_again(facts: CampaignFacts, *benchmarks: str) -> str:
    """Measures some benchmarks alone, now; the whole suite for many or none."""
    named = benchmarks if len(benchmarks) <= NAMED else ()
    only = [f"--only {shlex.quote(shorten(name))}" for name in named]
    return " ".join([facts.run_command, *only])


def on_change(facts: CampaignFacts, row: VerdictRecord) -> tuple[str, ...]:
    """What can be done about a change: compare both sides again, accept it, dispute it."""
    suite = shlex.quote(shorten(facts.start.suite))
    answers = (
        f"perf-pipeline changes {word} {row.change_id} --suite {suite} --reason '…'"
        for word in ("accept", "dispute")
    )
    return (*compare_again(facts, row), *(answers if row.change_id else ()))


def compare_again(facts: CampaignFacts, row: VerdictRecord) -> tuple[str, ...]:
    """Compares the revisions that a change lies between; empty where they are not known."""
    found = SPAN.match(row.cause)
    if found is None:
        return ()
    suite, benchmark = (shlex.quote(shorten(name)) for name in (facts.start.suite, row.benchmark))
    newer = "." if found["uncommitted"] else found["newer"]
    return (f"perf-pipeline compare {found['older']} {newer} --suite {suite} --only {benchmark}",)


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
