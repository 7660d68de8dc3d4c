"""Run a comparison in this process: what `perf-pipeline compare` does."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from jobs.machine_lock import machine_lock
from jobs.wiring import open_store
from perf_pipeline.campaign.compare import Asked, Listener, compare_sides
from perf_pipeline.campaign.errors import UnfitError
from perf_pipeline.campaign.opening import Opening, open_campaign
from perf_pipeline.campaign.selection import Selection
from perf_pipeline.errors import PerfError
from perf_pipeline.home import Home
from perf_pipeline.model import CampaignKind
from perf_pipeline.report.comparison.facts import ComparisonFacts
from perf_pipeline.report.comparison.files import write_comparison
from perf_pipeline.suite.benchmark import BudgetName, Suite


@dataclass(frozen=True, slots=True)
class Ended:
    """What a comparison came to, and its page."""

    facts: ComparisonFacts
    page: Path


def run_comparison(  # noqa: PLR0913, PLR0917 - where, of what, by whom
    home: Home,
    suite: Suite,
    asked: Asked,
    only: tuple[str, ...],
    budget: BudgetName,
    listener: Listener,
) -> Ended:
    """Hold the machine, compare, land, write the page and publish.

    It is a campaign of its own that enters neither screen nor denominators.

    Raises:
        PerfError: Another run holds the machine, it is unfit, or there are no two sides.
    """
    store = open_store(home)
    run_id = str(uuid.uuid4())
    with machine_lock(home, run_id):
        opening = Opening(run_id, CampaignKind.AD_HOC, budget, Selection(only))
        campaign = open_campaign(store, home, suite, opening, listener.tell)
        if not campaign.record.fit:
            raise UnfitError(
                f"Nothing can be measured here: {campaign.record.fit_reason}.",
                todo="See what is missing: perf-pipeline doctor",
            )
        facts = compare_sides(campaign, asked, listener)
    page = write_comparison(facts, home.reports / campaign.campaign_id)
    with contextlib.suppress(PerfError):  # a busy warehouse: the next publishing takes it along
        store.publish()
    return Ended(facts, page)
