"""What the use cases need of a store; `warehouse/store.py` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from perf_pipeline.model import (
    Attempt,
    Block,
    Event,
    Hotspot,
    LoadOutcome,
    Measurement,
    Profile,
    RunRecord,
    SameCode,
    SeriesHistory,
    Trial,
    VerdictRecord,
)


class Store(Protocol):
    """Landing files are the truth; everything asked here can be rebuilt from them."""

    def land_run(self, record: RunRecord) -> Path:
        """Write a run's start or plan."""

    def land_trials(self, trials: Sequence[Trial]) -> Path:
        """Write one attempt of one benchmark: all its trials, failed ones too."""

    def land_blocks(self, blocks: Sequence[Block]) -> Path:
        """Write the blocks of one comparison."""

    def land_profiles(self, profiles: Sequence[Profile]) -> Path:
        """Write the profiles of one benchmark and attempt."""

    def land_verdicts(self, verdicts: Sequence[VerdictRecord]) -> Path:
        """Write what one asset of one run said."""

    def land_event(self, event: Event) -> Path:
        """Write what a person said."""

    def runs(self, campaign_id: str) -> tuple[RunRecord, ...]:
        """All runs and plans of a campaign in the order recorded; read from landing."""

    def campaigns(self, suite: str, machine: str) -> tuple[str, ...]:
        """Ids of all campaigns, oldest first; read from landing."""

    def attempts(self, campaign_id: str, benchmark: str) -> tuple[Attempt, ...]:
        """All landed attempts of a benchmark, oldest first; read from landing."""

    def trials(self, campaign_id: str, benchmark: str, attempt: int) -> tuple[Trial, ...]:
        """The trials of one attempt; read from landing."""

    def blocks(self, campaign_id: str) -> tuple[Block, ...]:
        """All blocks of a campaign; read from landing."""

    def profiles(self, campaign_id: str) -> tuple[Profile, ...]:
        """All profiles of a campaign; read from landing."""

    def verdicts(self, campaign_id: str) -> tuple[VerdictRecord, ...]:
        """The newest verdict on every subject of a campaign; read from landing."""

    def events(self, suite: str) -> tuple[Event, ...]:
        """All that people said of a suite, in the order said; read from landing."""

    def load(self) -> LoadOutcome:
        """Bring every landed file without a ledger row into the warehouse. Never raises if busy."""

    def measurements(self, campaign_id: str) -> tuple[Measurement, ...]:
        """The measurements of a campaign, from counted attempts; from the warehouse."""

    def hotspots(self, campaign_id: str) -> tuple[Hotspot, ...]:
        """The hotspots of a campaign; from the warehouse."""

    def history(self, campaign_id: str, nights: int) -> tuple[SeriesHistory, ...]:
        """For every series measured in the campaign, its points in earlier full campaigns."""

    def same_code(self, suite: str, machine: str) -> tuple[SameCode, ...]:
        """Own false alarms on equal code so far, by screen and A/B apart; from the warehouse."""

    def publish(self) -> Path:
        """Write `history.duckdb` anew and return its path."""
