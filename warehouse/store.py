"""The store of the use cases: landing files, the warehouse derived from them, the history."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from perf_pipeline.model import (
    Hotspot,
    LoadOutcome,
    Measurement,
    SameCode,
    SeriesHistory,
    SeriesPoint,
)
from warehouse.columns import from_table
from warehouse.errors import WarehouseError, WarehouseOutdated
from warehouse.incoming import Rollups
from warehouse.landed import LandingStore
from warehouse.load import load
from warehouse.publish import publish
from warehouse.rebuild import rebuild
from warehouse.session import WAIT_S, session
from warehouse.statements import query

Result = TypeVar("Result")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


class WarehouseStore(LandingStore):
    """Implements `perf_pipeline.campaign.store.Store`.

    Landing is the truth; what is asked of the warehouse is empty as long as nothing was loaded,
    and raises `WarehouseBusy` while another process holds the file. A warehouse of an older version
    of the program is made anew from landing by whoever comes first.
    """

    def __init__(
        self,
        landing: Path,
        warehouse: Path,
        history: Path,
        rollups: Rollups,
        *,
        wait_s: float = WAIT_S,
    ) -> None:
        """Name the files; none of them needs to exist.

        Args:
            landing: Folder of the landed files.
            warehouse: Database file derived from them, opened for seconds.
            history: Database file published for people.
            rollups: The engine's summaries, which the warehouse does not import.
            wait_s: How long to wait for somebody who holds the warehouse.
        """
        super().__init__(landing)
        self.warehouse = warehouse
        self.published = history
        self.rollups = rollups
        self.wait_s = wait_s
        self.tell: Callable[[str], None] = _say

    def load(self) -> LoadOutcome:
        """Bring every landed file without a ledger row into the warehouse; never raises if busy."""
        try:
            return load(self.landing, self.warehouse, self.rollups, wait_s=self.wait_s)
        except WarehouseOutdated:
            return self._renew_or_say_why()

    def rebuild(self, *, keep: Path | None = None) -> LoadOutcome:
        """Make the warehouse anew from landing; see `warehouse.rebuild`."""
        return rebuild(self.landing, self.warehouse, self.rollups, wait_s=self.wait_s, keep=keep)

    def measurements(self, campaign_id: str) -> tuple[Measurement, ...]:
        """The measurements of a campaign, from counted attempts, in the order measured."""
        table = self._select("measurements", campaign_id=campaign_id)
        return from_table(table, Measurement) if table else ()

    def hotspots(self, campaign_id: str) -> tuple[Hotspot, ...]:
        """The hotspots of a campaign, from profiles of counted attempts, by profile and rank."""
        table = self._select("hotspots", campaign_id=campaign_id)
        return from_table(table, Hotspot) if table else ()

    def history(self, campaign_id: str, nights: int) -> tuple[SeriesHistory, ...]:
        """For every series measured in the campaign, its points in earlier full campaigns.

        A series is a machine, a case key and a metric of one unit and statistic. One without an
        earlier point has an empty history.

        Args:
            campaign_id: The campaign asked about; itself left out.
            nights: How many points of each series at most, the newest.
        """
        table = self._select("history", campaign_id=campaign_id, nights=nights)
        rows = table.to_pylist() if table else []
        return tuple(
            SeriesHistory(case_key, metric, tuple(_point(row) for row in series if row["night"]))
            for (case_key, metric), series in groupby(
                rows, key=lambda row: (row["case_key"], row["metric"])
            )
        )

    def same_code(self, suite: str, machine: str) -> tuple[SameCode, ...]:
        """How often equal code was called different, by screen and A/B apart.

        Empty where neither was asked about equal code nor alerted.
        """
        table = self._select("same_code", suite=suite, machine=machine)
        return from_table(table, SameCode) if table else ()

    def publish(self) -> Path:
        """Write `history.duckdb` anew and return its path.

        Raises:
            WarehouseBusy: Another process holds the warehouse; the former history stands.
        """
        return self._once_renewed(
            lambda: publish(self.warehouse, self.published, wait_s=self.wait_s)
        )

    def _select(self, name: str, **parameters: str | int) -> pa.Table | None:
        if not self.warehouse.exists():
            return None
        return self._once_renewed(lambda: self._answer(name, parameters))

    def _answer(self, name: str, parameters: dict[str, str | int]) -> pa.Table:
        with session(self.warehouse, read_only=True, wait_s=self.wait_s) as connection:
            return connection.sql(query(f"select_{name}"), params=parameters).to_arrow_table()

    def _once_renewed(self, ask: Callable[[], Result]) -> Result:
        try:
            return ask()
        except WarehouseOutdated:
            self._renew()
            return ask()

    def _renew_or_say_why(self) -> LoadOutcome:
        try:
            return self._renew()
        except WarehouseError as error:
            return LoadOutcome(0, 0, busy=error.sentence)

    def _renew(self) -> LoadOutcome:
        """Make a warehouse of an older version anew; the old file stays if a landed one is lost."""
        self.tell(
            f"{self.warehouse} is from an older version of perf-pipeline. "
            "It is made anew from the landed files; nothing is lost."
        )
        former = self.warehouse.with_name(f"{self.warehouse.name}.old")
        outcome = self.rebuild(keep=former)
        if outcome.rejected:
            lost = f"{len(outcome.rejected)} of the landed files cannot be read any more"
            self.tell(f"{lost}; what they held is in the former warehouse, {former}.")
        return outcome


def _point(row: dict[str, Any]) -> SeriesPoint:
    return SeriesPoint(
        campaign_id=row["campaign_id"],
        night=row["night"],
        value=row["value"],
        trial_values=tuple(row["trial_values"]),
        fingerprint=row["fingerprint"],
        environment_id=row["environment_id"],
        contended=row["contended"],
    )
