"""The plans of the night's comparisons, and what of them is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from perf_pipeline.campaign.changes.candidates import AB, ANCHOR, AUDIT
from perf_pipeline.campaign.store import Store
from perf_pipeline.model import (
    Block,
    PlanItem,
    RunEntry,
    RunRecord,
    Subject,
    Verdict,
    VerdictRecord,
    short_hash,
)

REGRESSIONS = "regressions"
"""The names of these plans begin with it."""


@dataclass(frozen=True, slots=True)
class Plans:
    """What a campaign set out to compare, by the name of the plan, and which runs may have."""

    campaign_id: str
    runs: frozenset[str]
    plans: Mapping[str, tuple[PlanItem, ...]]

    @property
    def items(self) -> tuple[PlanItem, ...]:
        """Of all plans."""
        return tuple(item for plan in self.plans.values() for item in plan)

    @property
    def names(self) -> frozenset[str]:
        """What the comparisons of the campaign are called, whichever run made them."""
        return frozenset(name for item in self.items for name in self.names_of(item))

    def names_of(self, item: PlanItem) -> frozenset[str]:
        """What one comparison is called, by run."""
        return frozenset(comparison_id(self.campaign_id, run, item) for run in self.runs)

    def fresh(self, items: Iterable[PlanItem]) -> tuple[PlanItem, ...]:
        """Those that no plan has yet, ranked behind what is planned."""
        known = {(item.case_id, item.how) for item in self.items}
        new = [item for item in items if (item.case_id, item.how) not in known]
        behind = len(self.items)
        return tuple(replace(item, rank=behind + i) for i, item in enumerate(new, start=1))

    def joined(self, name: str, items: tuple[PlanItem, ...], run_id: str) -> Plans:
        """With more items."""
        plans = {**self.plans, name: self.plans.get(name, ()) + items}
        return replace(self, runs=self.runs | {run_id}, plans=plans)

    def not_done(
        self, rows: Iterable[VerdictRecord], blocks: Iterable[Block]
    ) -> tuple[PlanItem, ...]:
        """What no run has compared, in the order of urgency.

        A case that is worse than its reference need not be held against its anchor any more.
        """
        said = tuple(rows)
        done = {row.comparison for row in said} | {block.comparison for block in blocks}
        changes = (row for row in said if row.subject is Subject.CHANGE)
        worse = {row.case_id for row in changes if row.verdict is Verdict.WORSE}
        return tuple(
            item
            for item in self.items
            if not self.names_of(item) & done and not (item.how == ANCHOR and item.case_id in worse)
        )


def plan_record(record: RunRecord, name: str, items: tuple[PlanItem, ...]) -> RunRecord:
    """A run's plan, as it lands."""
    return replace(
        record,
        entry=RunEntry.PLAN,
        plan_of=name,
        plan=items,
        recorded_at=datetime.now(UTC),
        benchmarks=(),
    )


def read_plans(store: Store, campaign_id: str) -> Plans:
    """The plans that a campaign has landed; each run may have added to them."""
    runs = store.runs(campaign_id)
    plans: dict[str, tuple[PlanItem, ...]] = {}
    for run in runs:
        if run.entry is RunEntry.PLAN and run.plan_of.startswith(REGRESSIONS):
            plans[run.plan_of] = plans.get(run.plan_of, ()) + run.plan
    return Plans(campaign_id, frozenset(run.run_id for run in runs), plans)


def comparison_id(campaign_id: str, run_id: str, item: PlanItem) -> str:
    """The name of an item's blocks and verdicts; one that was broken off begins anew."""
    return f"{item.how}-{short_hash(campaign_id, run_id, item.case_id, item.how, item.reference)}"


def is_comparison(name: str) -> bool:
    """Whether blocks belong to a comparison of the nightly decision."""
    return name.startswith(tuple(f"{how}-" for how in (AB, ANCHOR, AUDIT)))


def not_reached(
    store: Store, campaign_id: str, rows: Iterable[VerdictRecord], blocks: Iterable[Block]
) -> tuple[PlanItem, ...]:
    """What a campaign planned to compare and did not; nobody was promised the controls."""
    items = read_plans(store, campaign_id).not_done(rows, blocks)
    return tuple(item for item in items if item.how != AUDIT)
