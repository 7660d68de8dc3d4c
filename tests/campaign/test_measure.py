"""What counts is kept, what is missing is measured, and everything lands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from perf_pipeline.campaign.control import run_control
from perf_pipeline.campaign.measure import measure, summary
from perf_pipeline.measure import machine
from perf_pipeline.model import TrialStatus
from perf_pipeline.profilers import py_spy
from perf_pipeline.suite.read import read_suite
from tests.campaign.conftest import SUITES, Begin, briefly
from warehouse.store import WarehouseStore

MOODY = """
from pathlib import Path

def moody():
    if not Path({flag!r}).exists():
        raise RuntimeError("the flag is down")
    return int
"""


def landed(store: WarehouseStore) -> dict[str, int]:
    """Every landed file with the moment of its last change."""
    return {str(path): path.stat().st_mtime_ns for path in store.landing.rglob("*.parquet")}


def test_what_counts_is_never_measured_again(begin: Begin, store: WarehouseStore) -> None:
    """The second run of a campaign keeps the first one's attempt and writes nothing."""
    campaign = begin("run-1")
    first = measure(campaign, "SortNumbers")
    assert (first.kept, first.attempt.number, first.attempt.status) == (False, 1, TrialStatus.OK)
    again = begin("run-2", campaign_id=campaign.campaign_id)
    run_control(again)
    before = landed(store)
    second = measure(again, "SortNumbers")
    assert second.kept
    assert second.attempt == first.attempt
    assert landed(store) == before
    assert summary(second, 1.0) == "ok, kept from attempt 1"


def test_what_is_measured_is_loaded(begin: Begin, store: WarehouseStore) -> None:
    """Its figures are in the warehouse before the next benchmark begins."""
    campaign = begin("run-1")
    measured = measure(campaign, "HashText")
    assert measured.loaded.busy == ""
    rows = {row.metric.name: row for row in store.measurements(campaign.campaign_id)}
    assert rows["digest_bytes"].value == 32
    assert {row.trials for row in rows.values()} == {1}


def test_cases_outside_the_budget_are_not_run(begin: Begin, store: WarehouseStore) -> None:
    """HashText's large text is for the longer budgets."""
    campaign = begin("run-1")
    measure(campaign, "HashText")
    trials = store.trials(campaign.campaign_id, "HashText", 1)
    assert [trial.parameters for trial in trials] == ['{"size": 1000, "times": 50}']


def test_what_failed_is_measured_again(begin: Begin, store: WarehouseStore, tmp_path: Path) -> None:
    """Each failure is an attempt; the first that ends ok counts, and no other follows."""
    flag = tmp_path / "flag"
    root = tmp_path / "moody"
    root.mkdir()
    (root / "suite.yaml").write_text("name: moody\nbudget: quick\n", encoding="utf-8")
    (root / "work.py").write_text(MOODY.format(flag=str(flag)), encoding="utf-8")
    yaml = "benchmark: {name: Moody, workload: 'work.py:moody', profiling: {enabled: false}}\n"
    (root / "moody.yaml").write_text(yaml, encoding="utf-8")
    suite = briefly(read_suite(root))
    campaign = begin("run-1", suite=suite)
    seen = []
    for run in ("run-2", "run-3", "run-4", "run-5"):
        outcome = measure(campaign, "Moody")
        seen.append((outcome.attempt.number, outcome.attempt.status.value, outcome.kept))
        if run == "run-3":
            flag.touch()
        campaign = begin(run, suite=suite, campaign_id=campaign.campaign_id)
    assert seen == [(1, "failed", False), (2, "failed", False), (3, "ok", False), (3, "ok", True)]
    attempts = store.attempts(campaign.campaign_id, "Moody")
    assert attempts[0].faults == ("in set-up: RuntimeError: the flag is down",)
    assert [one.number for one in attempts] == [1, 2, 3]
    assert {row.attempt for row in store.measurements(campaign.campaign_id)} == {3}


def test_an_invalid_benchmark_lands_its_fault(begin: Begin, store: WarehouseStore) -> None:
    """Nothing is run; the attempt says what is wrong with the declaration, in its own words."""
    campaign = begin("run-1", suite=read_suite(SUITES / "faulty"))
    outcome = measure(campaign, "Misspelt")
    assert outcome.attempt.status is TrialStatus.CONFIGURATION_FAILURE
    (trial,) = store.trials(campaign.campaign_id, "Misspelt", 1)
    assert "misspelt.yaml:4: tragets" in trial.message
    assert "did you mean targets?" in trial.message
    assert trial.duration_ns == 0
    assert summary(outcome, 0.0).startswith("configuration_failure: misspelt.yaml:4")


def test_a_benchmark_that_became_invalid_lands_its_fault(begin: Begin) -> None:
    """It was promised when the campaign began; whoever goes on with it reads what is wrong now."""
    faulty = read_suite(SUITES / "faulty")
    record = replace(faulty.invalid[0], fault="")
    campaign = begin("run-1", suite=replace(faulty, invalid=(record,)))
    again = begin("run-2", suite=faulty, campaign_id=campaign.campaign_id)
    assert "tragets" in measure(again, "Misspelt").attempt.faults[0]
    gone = begin("run-3", suite=replace(faulty, invalid=()), campaign_id=campaign.campaign_id)
    faults = measure(gone, "Misspelt").attempt.faults
    assert faults == ("suite faulty has no benchmark Misspelt any more",)


def test_on_an_unfit_machine_nothing_is_run(
    begin: Begin, store: WarehouseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every promised case lands an environment failure with the machine's fault."""
    monkeypatch.setattr(machine, "NEEDED_DISK_BYTES", 1 << 60)
    campaign = begin("run-1")
    outcome = measure(campaign, "HashText")
    assert outcome.attempt.status is TrialStatus.ENVIRONMENT_FAILURE
    (trial,) = store.trials(campaign.campaign_id, "HashText", 1)
    assert trial.message.startswith("the machine is unfit: only")
    assert trial.duration_ns == 0


def test_a_missing_service_lands_what_is_missing(begin: Begin) -> None:
    """Nothing is run against a service that does not answer."""
    campaign = begin("run-1", suite=read_suite(SUITES / "faulty"))
    outcome = measure(campaign, "NeedsService")
    assert outcome.attempt.status is TrialStatus.ENVIRONMENT_FAILURE
    assert outcome.attempt.faults == ("no service answers at tcp://127.0.0.1:9",)


def test_a_measured_benchmark_is_profiled_once(begin: Begin, store: WarehouseStore) -> None:
    """The profile belongs to its attempt; a second run finds it landed."""
    campaign = begin("run-1")
    for run in ("run-2", "run-3"):
        measure(campaign, "WholeFlow")
        campaign = begin(run, campaign_id=campaign.campaign_id)
    (profile,) = store.profiles(campaign.campaign_id)
    assert (profile.benchmark, profile.attempt, profile.profiler) == ("WholeFlow", 1, "py-spy")
    assert profile.status in {TrialStatus.OK, TrialStatus.ENVIRONMENT_FAILURE}
    assert profile.stacks or profile.message


def test_a_profile_that_was_lost_is_taken_later(begin: Begin, store: WarehouseStore) -> None:
    """A run killed between measuring and profiling leaves only that to do."""
    campaign = begin("run-1")
    measure(campaign, "WholeFlow")
    for path in (store.landing / "profiles").rglob("*.parquet"):
        path.unlink()
    again = measure(begin("run-2", campaign_id=campaign.campaign_id), "WholeFlow")
    assert again.kept
    assert len(store.profiles(campaign.campaign_id)) == 1
    assert len(store.attempts(campaign.campaign_id, "WholeFlow")) == 1


def test_a_missing_profiler_is_a_reason(
    begin: Begin, store: WarehouseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures stand; what cannot be profiled says what to install."""
    monkeypatch.setattr(py_spy, "_find_program", lambda: None)
    campaign = begin("run-1")
    assert measure(campaign, "WholeFlow").attempt.status is TrialStatus.OK
    (profile,) = store.profiles(campaign.campaign_id)
    assert profile.status is TrialStatus.ENVIRONMENT_FAILURE
    assert "pip install" in profile.message
