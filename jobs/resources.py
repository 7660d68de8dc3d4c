"""The resource of a suite: it holds the machine and opens the campaign of a run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from typing import ClassVar

import dagster as dg
from pydantic import Field, PrivateAttr

from assets.naming import key
from jobs.machine_lock import machine_lock
from jobs.runs import CAMPAIGN_TAG, SCHEDULED_TAG, close_dead_runs, mark_run
from jobs.wiring import open_store
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.opening import (
    Campaign,
    Opening,
    first_revision,
    open_campaign,
)
from perf_pipeline.campaign.selection import Selection
from perf_pipeline.campaign.worktree import named_revision
from perf_pipeline.errors import PerfError
from perf_pipeline.home import find_home
from perf_pipeline.model import CampaignKind, Day
from perf_pipeline.suite.benchmark import BudgetName, Suite

PARTITION_TAG = "dagster/partition"
REPORTS_URL = "http://127.0.0.1:3001"


class CampaignResource(dg.ConfigurableResource["CampaignResource"]):
    """All choices of a campaign: budget, benchmarks, seed.

    The campaign to go on with is the run's tag `perf/campaign`; without it a new one begins. Its
    budget, seed and benchmarks are then those it began with.
    """

    budget: str = Field(default="", description="quick, nightly or full; empty: the suite's own")
    tags: list[str] = Field(
        default_factory=list, description="only benchmarks with one of these tags; empty: all"
    )
    seed: int | None = Field(
        default=None, description="what orders and layouts are drawn from; drawn when not given"
    )
    memory_limit_mib: int = Field(
        default=0, description="a trial whose processes take more is stopped; 0: no limit"
    )

    suite: ClassVar[Suite]
    _campaign: Campaign = PrivateAttr()

    @property
    def campaign(self) -> Campaign:
        """The campaign of this run."""
        return self._campaign

    @property
    def reports_url(self) -> str:
        """Where `perf-pipeline ui` serves the reports."""
        return os.environ.get("PERF_REPORTS_URL", REPORTS_URL)

    @contextmanager
    def yield_for_execution(
        self, context: dg.InitResourceContext
    ) -> Generator[CampaignResource, None, None]:
        """Hold the machine from start to end of the run."""
        run = context.run
        if context.instance is None or run is None:
            raise dg.DagsterInvariantViolationError("a campaign needs a run")
        log = context.log.info if context.log else print
        try:
            with machine_lock(find_home(), run.run_id):
                self._begin(context.instance, run, log)
                yield self
        except PerfError as error:
            # Dagster does not wrap its own class: the page of the run begins with our words.
            raise dg.DagsterResourceFunctionError(  # type: ignore[no-untyped-call]
                str(error), user_exception=error, original_exc_info=sys.exc_info()
            ) from None

    def _begin(
        self, instance: dg.DagsterInstance, run: dg.DagsterRun, log: Callable[[str], None]
    ) -> None:
        close_dead_runs(instance, run.run_id)
        home = find_home()
        store = open_store(home)
        opening = self._opening(run)
        measured = self.suite
        if SCHEDULED_TAG in run.tags:
            revision = first_revision(store, opening.campaign_id)
            measured = named_revision(self.suite, home, revision, log)
        self._campaign = open_campaign(store, home, measured, opening, log)
        mark_run(instance, run.run_id, self._campaign.campaign_id)

    def _opening(self, run: dg.DagsterRun) -> Opening:
        night = run.tags.get(PARTITION_TAG)
        asked = _asked(self.suite, run)
        return Opening(
            run_id=run.run_id,
            kind=CampaignKind.AD_HOC if _is_alone(self.suite, run) else CampaignKind.FULL,
            budget=_budget(self.budget),
            selection=Selection(only=asked, tags=() if asked else tuple(self.tags)),
            campaign_id=run.tags.get(CAMPAIGN_TAG, ""),
            night=date.fromisoformat(night) if night else None,
            seed=self.seed,
            days=_days(self.suite, run),
            memory_limit_bytes=self.memory_limit_mib << 20,
        )


def campaign_resource(measured: Suite) -> CampaignResource:
    """The resource of one suite.

    A class of its own: Dagster makes new instances when a run brings configuration, and only what
    belongs to the class comes along.
    """

    class SuiteCampaign(CampaignResource):
        suite: ClassVar[Suite] = measured

    return SuiteCampaign(budget=measured.budget.value)


def _budget(asked: str) -> BudgetName | None:
    if asked in {"", *BudgetName}:
        return BudgetName(asked) if asked else None
    raise CampaignError(
        f"There is no budget {asked!r}.", todo=f"Take one of {', '.join(BudgetName)}."
    )


def _is_alone(suite: Suite, run: dg.DagsterRun) -> bool:
    """Whether single assets were launched: neither a day nor a whole campaign."""
    chosen = run.asset_selection or frozenset()  # a whole job has none, or an empty one
    return bool(chosen) and not any(key(suite, day.value) in chosen for day in Day)


def _asked(suite: Suite, run: dg.DagsterRun) -> tuple[str, ...]:
    """Names of benchmarks launched alone; empty when a day or a whole campaign runs."""
    if not _is_alone(suite, run):
        return ()
    chosen = run.asset_selection or set()
    return tuple(name for name in _names(suite) if key(suite, name) in chosen)


def _days(suite: Suite, run: dg.DagsterRun) -> tuple[str, ...]:
    """The days a run covers, told by their last assets."""
    chosen = run.asset_selection
    job_day = run.job_name.removesuffix(f"_{suite.name}")
    if not chosen:
        return (job_day,) if job_day in set(Day) else tuple(day.value for day in Day)
    return tuple(day.value for day in Day if key(suite, day.value) in chosen)


def _names(suite: Suite) -> list[str]:
    return [one.name for one in suite.benchmarks] + [one.name for one in suite.invalid]
