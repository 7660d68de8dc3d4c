"""What tonight's campaign has planned, compared and said so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from perf_pipeline.campaign.changes.planned import Plans, is_comparison, plan_record, read_plans
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import Block, PlanItem, Subject, VerdictRecord


class Spoken:
    """Read from landing once, and kept up with what this run lands."""

    def __init__(self, campaign: Campaign) -> None:
        """Read what earlier runs of the campaign left."""
        self._campaign = campaign
        self._plans = read_plans(campaign.store, campaign.campaign_id)
        verdicts = campaign.store.verdicts(campaign.campaign_id)
        self._rows = {row.verdict_id: row for row in verdicts}
        self._blocks = list(campaign.store.blocks(campaign.campaign_id))

    @property
    def plans(self) -> Plans:
        """What is to be compared."""
        return self._plans

    @property
    def rows(self) -> tuple[VerdictRecord, ...]:
        """The newest verdict on every subject."""
        return tuple(self._rows.values())

    @property
    def tested(self) -> tuple[VerdictRecord, ...]:
        """The verdicts on changes that rest on a comparison of this campaign."""
        names = self._plans.names
        return tuple(
            row for row in self.rows if row.subject is Subject.CHANGE and row.comparison in names
        )

    @property
    def not_done(self) -> tuple[PlanItem, ...]:
        """What was planned, is wanted, and not compared yet."""
        return self._plans.not_done(self.rows, self._blocks)

    @property
    def spent_s(self) -> float:
        """How long the comparisons of the campaign have taken."""
        took = {
            (one.comparison, one.number): one.duration_s
            for one in self._blocks
            if is_comparison(one.comparison)
        }
        return sum(took.values())

    def land_plan(self, name: str, items: tuple[PlanItem, ...]) -> None:
        """Land what is to be compared."""
        record = plan_record(self._campaign.record, name, items)
        self._campaign.store.land_run(record)
        self._plans = self._plans.joined(name, items, record.run_id)

    def land_blocks(self, blocks: Sequence[Block]) -> None:
        """Land the evidence of one comparison, if there is any."""
        if blocks:
            self._campaign.store.land_blocks(blocks)
            self._blocks.extend(blocks)

    def land(self, rows: Sequence[VerdictRecord]) -> None:
        """Land verdicts, those that were not said so already."""
        context = self._campaign.context
        fresh = [
            replace(row, run_id=context.run_id, decided_at=datetime.now(UTC))
            for row in rows
            if not _is_said(row, self._rows.get(row.verdict_id))
        ]
        if fresh:
            self._campaign.store.land_verdicts(fresh)
            self._rows |= {row.verdict_id: row for row in fresh}


def _is_said(row: VerdictRecord, landed: VerdictRecord | None) -> bool:
    if landed is None:
        return False
    return row == replace(landed, run_id=row.run_id, decided_at=row.decided_at)
