"""A campaign begins on the present night, or goes on as it began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.selection import Selection
from perf_pipeline.measure import machine
from perf_pipeline.model import CampaignKind, RunEntry
from perf_pipeline.suite.benchmark import BudgetName, Suite
from perf_pipeline.suite.read import read_suite
from tests.campaign.conftest import MACHINE, Begin
from warehouse.store import WarehouseStore

Write = Callable[[str], Suite]


def test_a_campaign_begins_with_what_was_asked(begin: Begin, store: WarehouseStore) -> None:
    """Name, budget, seed, benchmarks and environment land before anything is measured."""
    campaign = begin("run-1", budget=BudgetName.NIGHTLY, seed=7, days=("baseline",))
    (record,) = store.runs(campaign.campaign_id)
    assert record == campaign.record
    assert record.campaign_id == f"tiny-{MACHINE}-{record.night.isoformat()}-1"
    assert (record.budget, record.seed, record.days) == ("nightly", 7, ("baseline",))
    assert (record.entry, record.resumed, record.fit) == (RunEntry.START, False, True)
    assert {one.name for one in record.benchmarks} == {"SortNumbers", "HashText", "WholeFlow"}
    assert "python" in {fact.name for fact in record.environment}


def test_the_suite_says_how_much_unless_asked(begin: Begin) -> None:
    """Without a budget the suite's is taken, without a seed one is drawn."""
    first, second = begin("run-1").record, begin("run-2").record
    assert first.budget == second.budget == "quick"
    assert first.seed != second.seed


def test_cases_outside_the_budget_are_marked(begin: Begin) -> None:
    """HashText has two sizes, of which quick takes one."""
    promised = {
        budget: [
            case.in_budget
            for one in begin(f"run-{budget}", budget=budget).record.benchmarks
            for case in one.cases
            if one.name == "HashText"
        ]
        for budget in (BudgetName.QUICK, BudgetName.NIGHTLY)
    }
    assert promised == {BudgetName.QUICK: [True, False], BudgetName.NIGHTLY: [True, True]}


def test_only_the_present_night_is_measured(begin: Begin, store: WarehouseStore) -> None:
    """Another partition is refused with a sentence, and nothing lands."""
    night = begin("run-1").record.night
    for other in (night - timedelta(days=1), night + timedelta(days=1)):
        with pytest.raises(CampaignError) as refusal:
            begin("run-2", night=other)
        assert refusal.value.what == f"Night {other} cannot be measured."
        assert "falsify the history" in refusal.value.why
        assert refusal.value.todo == f"Launch partition {night}."
    assert begin("run-3", night=night).record.number == 2
    assert len(store.campaigns("tiny", MACHINE)) == 2


def test_a_campaign_goes_on_as_it_began(begin: Begin, store: WarehouseStore) -> None:
    """Budget, seed, kind and benchmarks are those of the first run, whatever is asked now."""
    asked = {
        "budget": BudgetName.NIGHTLY,
        "seed": 7,
        "kind": CampaignKind.AD_HOC,
        "selection": Selection(only=("HashText",)),
    }
    first = begin("run-1", **asked)
    again = begin("run-2", campaign_id=first.campaign_id, budget=BudgetName.FULL, seed=8)
    assert again.record.resumed
    assert again.record == replace(
        first.record, run_id="run-2", resumed=True, recorded_at=again.record.recorded_at
    )
    assert again.context.seed == 7
    assert [one.name for one in again.benchmarks] == ["HashText"]
    assert [run.run_id for run in store.runs(first.campaign_id)] == ["run-1", "run-2"]
    assert store.campaigns("tiny", MACHINE) == (first.campaign_id,)


def test_a_campaign_of_an_earlier_night_may_go_on(begin: Begin, store: WarehouseStore) -> None:
    """What began before midnight ends after it, and keeps its night."""
    first = begin("run-1").record
    earlier = replace(
        first,
        night=first.night - timedelta(days=1),
        campaign_id=f"tiny-{MACHINE}-{first.night - timedelta(days=1)}-1",
    )
    store.land_run(earlier)
    again = begin("run-2", campaign_id=earlier.campaign_id, night=earlier.night)
    assert again.record.night == earlier.night
    assert again.context.night == earlier.night


@pytest.mark.parametrize(
    ("campaign", "said"),
    [
        (f"tiny-{MACHINE}-2026-11-20-77", "There is no campaign"),
        ("tiny-other-2026-11-20-1", "cannot go on here"),
        (f"large-{MACHINE}-2026-11-20-1", "cannot go on here"),
        ("tiny", "is not a campaign"),
    ],
)
def test_what_cannot_go_on(begin: Begin, store: WarehouseStore, campaign: str, said: str) -> None:
    """An unknown campaign, one of another machine or suite, and what is none are refused."""
    with pytest.raises(CampaignError, match=said):
        begin("run-1", campaign_id=campaign)
    assert store.campaigns("tiny", MACHINE) == ()


def test_an_unfit_machine_is_written_down(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run begins all the same; its record says why nothing can be measured."""
    monkeypatch.setattr(machine, "NEEDED_DISK_BYTES", 1 << 60)
    record = begin("run-1").record
    assert not record.fit
    assert "of disk are free" in record.fit_reason


def test_each_run_looks_at_the_machine_anew(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was unfit may be fit when the campaign goes on."""
    with monkeypatch.context() as full_disk:
        full_disk.setattr(machine, "NEEDED_DISK_BYTES", 1 << 60)
        first = begin("run-1")
    again = begin("run-2", campaign_id=first.campaign_id).record
    assert again.fit
    assert again.fit_reason == ""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a suite of one benchmark with the given fields and reads it."""
    root = tmp_path / "written"
    root.mkdir()
    (root / "suite.yaml").write_text("name: written\n", encoding="utf-8")
    (root / "work.py").write_text("def work():\n    return int\n", encoding="utf-8")

    def written(fields: str) -> Suite:
        text = f"benchmark:\n  name: Mended\n  workload: work.py:work\n{fields}"
        (root / "mended.yaml").write_text(text, encoding="utf-8")
        return read_suite(root)

    return written


def test_a_mended_benchmark_is_promised_when_the_campaign_goes_on(
    begin: Begin, write: Write
) -> None:
    """A fault of the first run's declaration does not stick to the campaign."""
    first = begin("run-1", suite=write("  tragets: {}\n"))
    assert "tragets" in first.record.benchmarks[0].fault
    again = begin("run-2", suite=write("  targets: {}\n"), campaign_id=first.campaign_id)
    (record,) = again.record.benchmarks
    assert record.fault == ""
    assert [case.in_budget for case in record.cases] == [True]
    assert again.find("Mended") is not None
