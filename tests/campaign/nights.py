"""Nights that were never measured: real records in a real store, with drawn figures."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from perf_pipeline.campaign.measure import _refused
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.home import Home
from perf_pipeline.measure.trials import RunContext
from perf_pipeline.model import (
    BenchmarkRecord,
    CampaignKind,
    Case,
    Counters,
    Fact,
    Observation,
    RunRecord,
    Trial,
    TrialStatus,
    short_hash,
)
from perf_pipeline.suite.benchmark import BudgetName, Suite
from warehouse.store import WarehouseStore

FIRST = date(2026, 3, 1)
LEVELS = {
    "cpu_ns": 1e6,
    "wall_ns": 1.1e6,
    "waiting_ns": 2e4,
    "peak_rss_bytes": 3e7,
    "digest_bytes": 32.0,
    "throughput_items_per_sec": 2e6,
    "flow_latency_ms": 1.1,
}
EXACT = {"peak_rss_bytes", "digest_bytes"}


@dataclass(frozen=True)
class Nights:
    """A suite measured night by night on a machine of its own."""

    home: Home
    store: WarehouseStore
    suite: Suite
    start: RunRecord

    def campaign(
        self, number: int, kind: CampaignKind = CampaignKind.FULL, **changed: object
    ) -> Campaign:
        """The campaign of the night of that number, begun; its run may differ in `changed`."""
        night = FIRST + timedelta(days=number)
        record = replace(
            replace(self.start, **changed),  # type: ignore[arg-type]  # what a test names
            campaign_id=f"{self.start.suite}-{self.start.machine.name}-{night.isoformat()}-1",
            night=night,
            number=1,
            kind=kind,
            recorded_at=self.start.recorded_at.replace(year=2026, month=3, day=1)
            + timedelta(days=number),
        )
        self.store.land_run(record)
        return Campaign(
            store=self.store,
            home=self.home,
            suite=self.suite,
            context=context_of(record, self.home),
            record=record,
            benchmarks=self.suite.benchmarks,
            tell=lambda _: None,
        )


def context_of(record: RunRecord, home: Home) -> RunContext:
    """What the records of a run carry."""
    return RunContext(
        campaign_id=record.campaign_id,
        run_id=record.run_id,
        suite=record.suite,
        machine=record.machine.name,
        night=record.night,
        kind=record.kind,
        budget=BudgetName(record.budget),
        seed=record.seed,
        revision=record.revision,
        artifacts=home.artifacts,
    )


def land(
    campaign: Campaign,
    factors: Mapping[str, float] | None = None,
    code: Mapping[str, str] | None = None,
    attempt: int = 1,
) -> None:
    """Five ok trials of every promised case, noise of 1 % between them.

    Args:
        campaign: Whose night it is.
        factors: Benchmark -> what its CPU time is multiplied with.
        code: Benchmark -> content of its file `work_<benchmark>.py`; what is not named stays.
        attempt: Which try it is.
    """
    for record in campaign.record.benchmarks:
        factor = (factors or {}).get(record.name, 1.0)
        cases = [case for case in record.cases if case.in_budget]
        trials = [
            _trial(campaign, record, case, number, factor) for number in range(5) for case in cases
        ]
        if code and record.name in code:
            trials = [_running(trial, code[record.name]) for trial in trials]
        campaign.store.land_trials([replace(trial, attempt=attempt) for trial in trials])


def land_failure(campaign: Campaign, name: str, status: TrialStatus, message: str) -> None:
    """An attempt of one benchmark of which nothing ended ok."""
    record = next(one for one in campaign.record.benchmarks if one.name == name)
    number = len(campaign.store.attempts(campaign.campaign_id, name)) + 1
    campaign.store.land_trials(_refused(campaign, record, number, status, message))


def _running(trial: Trial, content: str) -> Trial:
    """The trial with other code."""
    file = Fact(f"work_{trial.benchmark}.py", content)
    imported = () if trial.number else (file, Fact("util.py", "same"))
    return replace(trial, fingerprint=short_hash(content), imported=imported)


def _trial(
    campaign: Campaign, record: BenchmarkRecord, case: Case, number: int, factor: float
) -> Trial:
    blank = _refused(campaign, replace(record, cases=(case,)), 1, TrialStatus.OK, "")[0]
    identity = short_hash(campaign.campaign_id, case.case_id, str(number))
    draw = random.Random(identity)  # noqa: S311 - noise, nothing secret
    base = {
        name: level * (1.0 if name in EXACT else draw.lognormvariate(0, 0.01))
        for name, level in LEVELS.items()
    }
    base["cpu_ns"] *= factor
    return replace(
        blank,
        trial_id=identity,
        number=number,
        order=number,
        duration_ns=100_000_000,
        iterations=100,
        fingerprint="c0ffee",
        counters=Counters(wall_ns=90_000_000, cpu_ns=80_000_000, neighbour=0.02),
        observations=tuple(
            Observation(metric, (base[metric.name],) * 10)
            for metric in record.metrics
            if metric.name in base
        ),
    )
