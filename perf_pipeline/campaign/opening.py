"""Begin a campaign, or go on with one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.identity import next_campaign, parse_campaign, present_night
from perf_pipeline.campaign.packages import interpreter_names
from perf_pipeline.campaign.revision import checkout_state
from perf_pipeline.campaign.selection import EVERYTHING, Selection, select
from perf_pipeline.campaign.store import Store
from perf_pipeline.home import Home
from perf_pipeline.measure.environment import passed_facts
from perf_pipeline.measure.machine import describe_machine, environment_facts, why_unfit
from perf_pipeline.measure.trials import RunContext
from perf_pipeline.model import (
    BenchmarkRecord,
    CampaignKind,
    Fact,
    RunEntry,
    RunRecord,
    Trial,
    TrialStatus,
)
from perf_pipeline.suite.benchmark import Benchmark, BudgetName, Suite


@dataclass(frozen=True, slots=True)
class Opening:
    """How a run was asked for.

    `campaign_id` empty begins a new campaign; else that one goes on, with the budget, seed and
    benchmarks it began with. `night` is the partition asked for, None for the present one.
    """

    run_id: str
    kind: CampaignKind = CampaignKind.FULL
    budget: BudgetName | None = None
    selection: Selection = EVERYTHING
    campaign_id: str = ""
    night: date | None = None
    seed: int | None = None
    days: tuple[str, ...] = ()
    memory_limit_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign that a run works on: what every use case takes."""

    store: Store
    home: Home
    suite: Suite
    context: RunContext
    record: RunRecord
    benchmarks: tuple[Benchmark, ...]
    tell: Callable[[str], None]

    @property
    def campaign_id(self) -> str:
        """Its name."""
        return self.context.campaign_id

    def promises(self, name: str) -> bool:
        """Whether the campaign set out to measure a benchmark, valid or not."""
        return any(record.name == name for record in self.record.benchmarks)

    def find_record(self, name: str) -> BenchmarkRecord:
        """What the campaign promised of a benchmark, valid or not.

        Raises:
            CampaignError: The campaign has no such benchmark.
        """
        for record in self.record.benchmarks:
            if record.name == name:
                return record
        raise CampaignError(
            f"Campaign {self.campaign_id} does not measure {name}.",
            why="It goes on with the benchmarks it began with.",
            kept="What it has landed is kept.",
            todo="Begin a new campaign to measure it.",
        )

    def tell_trial(self, trial: Trial) -> None:
        """Say how a trial ended, where that is worth a line."""
        if trial.status not in {TrialStatus.OK, TrialStatus.SKIPPED}:
            self.tell(f"{trial.benchmark}: {trial.status.value}: {trial.message}")

    def find(self, name: str) -> Benchmark | None:
        """The valid benchmark of that name, None if the campaign has none."""
        return next((one for one in self.benchmarks if one.name == name), None)


def open_campaign(
    store: Store, home: Home, suite: Suite, opening: Opening, tell: Callable[[str], None]
) -> Campaign:
    """Land a run's start and return the campaign it works on.

    Raises:
        CampaignError: The night asked for is not the present one, the campaign to go on with is
            unknown or of another suite or machine, or nothing was selected.
    """
    now = datetime.now(UTC)
    first = _first_run(store, opening, suite)
    record = _begin(store, home, suite, opening, now) if first is None else _mended(first, suite)
    record = replace(
        record,
        run_id=opening.run_id,
        recorded_at=now,
        days=opening.days,
        resumed=first is not None,
        fit_reason=why_unfit(home.root),
    )
    record = replace(record, fit=not record.fit_reason)
    store.land_run(record)
    names = {benchmark.name for benchmark in record.benchmarks}
    return Campaign(
        store=store,
        home=home,
        suite=suite,
        context=_context(record, home, opening),
        record=record,
        benchmarks=tuple(one for one in suite.benchmarks if one.name in names),
        tell=tell,
    )


def first_revision(store: Store, campaign_id: str) -> str:
    """The revision a campaign began with; empty for one that has not begun."""
    runs = store.runs(campaign_id) if campaign_id else ()
    return runs[0].revision if runs else ""


def _first_run(store: Store, opening: Opening, suite: Suite) -> RunRecord | None:
    """The start of the campaign to go on with; None when a new one begins."""
    if not opening.campaign_id:
        return None
    asked = parse_campaign(opening.campaign_id)
    machine = describe_machine().name
    if (asked.suite, asked.machine) != (suite.name, machine):
        raise CampaignError(
            f"Campaign {asked} cannot go on here.",
            why=f"It measures suite {asked.suite} on {asked.machine}; "
            f"this is suite {suite.name} on {machine}.",
            kept="Everything it has landed is kept.",
            todo="Go on with it where it began, or begin a new one: perf-pipeline run",
        )
    starts = [run for run in store.runs(str(asked)) if run.entry is RunEntry.START]
    if not starts:
        raise CampaignError(
            f"There is no campaign {asked}.",
            todo='List them: perf-pipeline sql "select campaign from v_campaigns"',
        )
    return starts[0]


def _mended(first: RunRecord, suite: Suite) -> RunRecord:
    """The first run with what did not validate then as it is declared now."""
    declared = _benchmarks(suite, EVERYTHING, BudgetName(first.budget))
    now = {record.name: record for record in declared}
    return replace(
        first,
        benchmarks=tuple(
            now.get(record.name, record) if record.fault else record for record in first.benchmarks
        ),
    )


def _begin(store: Store, home: Home, suite: Suite, opening: Opening, now: datetime) -> RunRecord:
    machine = describe_machine()
    night = present_night(suite, now)
    if opening.night is not None and opening.night != night:
        raise CampaignError(
            f"Night {opening.night} cannot be measured.",
            why=f"Only the present night, {night}, can: today's code under an old date "
            "would falsify the history.",
            kept="Nothing was measured or changed.",
            todo=f"Launch partition {night}.",
        )
    campaign = next_campaign(store, suite.name, machine.name, night)
    budget = opening.budget or suite.budget
    state = checkout_state(suite.repository)
    return RunRecord(
        run_id=opening.run_id,
        campaign_id=str(campaign),
        suite=suite.name,
        night=night,
        number=campaign.number,
        kind=opening.kind,
        entry=RunEntry.START,
        recorded_at=now,
        budget=budget.value,
        seed=secrets.randbits(32) if opening.seed is None else opening.seed,
        days=opening.days,
        revision=state.revision,
        uncommitted=state.uncommitted,
        machine=machine,
        environment=_facts(home, suite),
        benchmarks=_benchmarks(suite, opening.selection, budget),
    )


def _facts(home: Home, suite: Suite) -> tuple[Fact, ...]:
    return environment_facts(interpreter_names(suite)) + passed_facts(suite, home.root / "salt")


def _benchmarks(
    suite: Suite, selection: Selection, budget: BudgetName
) -> tuple[BenchmarkRecord, ...]:
    """What the campaign promises, each case marked with whether this budget measures it."""
    chosen = select(suite, selection)
    valid = {one.name: set(one.budget(budget).case_ids) for one in suite.benchmarks}
    return tuple(
        replace(
            record,
            cases=tuple(
                replace(case, in_budget=case.case_id in valid.get(record.name, set()))
                for case in record.cases
            ),
        )
        for record in chosen
    )


def _context(record: RunRecord, home: Home, opening: Opening) -> RunContext:
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
        memory_limit_bytes=opening.memory_limit_bytes,
    )
