"""The landing half of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from perf_pipeline.model import Subject, TrialStatus, Verdict
from tests.warehouse import builders, nights, outcomes
from warehouse.errors import LandingError
from warehouse.store import WarehouseStore

RUN = builders.run()
WHAT = builders.benchmark()


def test_a_whole_campaign_is_read_back(tmp_path: Path) -> None:
    """All kinds come back as they were landed, without any warehouse."""
    store = nights.store_in(tmp_path)
    nights.land_night(store, RUN)
    what = RUN.benchmarks[0]
    assert store.runs(RUN.campaign_id) == (RUN, builders.plan(RUN))
    assert store.trials(RUN.campaign_id, "Sort", 1) == builders.attempt(RUN, what)
    assert store.blocks(RUN.campaign_id) == outcomes.blocks(RUN, what)
    assert store.profiles(RUN.campaign_id) == (outcomes.profile(RUN, what),)
    assert len(store.verdicts(RUN.campaign_id)) == 5
    assert not store.warehouse.exists()


def test_nothing_landed_is_nothing(store: WarehouseStore) -> None:
    """Questions about an unknown campaign have empty answers."""
    assert not store.runs("x")
    assert not store.blocks("x")
    assert not store.profiles("x")
    assert not store.verdicts("x")
    assert not store.attempts("x", "Sort")


def test_runs_in_the_order_recorded(store: WarehouseStore) -> None:
    """A resumed run comes after the first one, whatever their ids."""
    resumed = replace(RUN, run_id="a-run", recorded_at=RUN.recorded_at + timedelta(hours=1))
    store.land_run(resumed)
    store.land_run(RUN)
    assert store.runs(RUN.campaign_id) == (RUN, resumed)


def test_landing_the_same_twice_is_refused(store: WarehouseStore) -> None:
    """What is landed is never measured or said over."""
    nights.land_night(store, RUN)
    with pytest.raises(LandingError, match="landed already"):
        store.land_trials(builders.attempt(RUN, WHAT))
    with pytest.raises(LandingError, match="landed already"):
        store.land_run(RUN)
    with pytest.raises(LandingError, match="landed already"):
        store.land_event(outcomes.event(subject_id=RUN.campaign_id))


def test_trials_of_two_attempts_are_not_one_file(store: WarehouseStore) -> None:
    """A file is one attempt; a mixture is refused before anything is written."""
    mixed = builders.attempt(RUN, WHAT) + builders.attempt(RUN, WHAT, number=2)
    with pytest.raises(LandingError, match="cannot be landed in one"):
        store.land_trials(mixed)
    assert not store.landing.exists()


def test_attempts_of_one_benchmark(store: WarehouseStore) -> None:
    """Oldest first, also past nine; benchmarks whose names begin alike are kept apart."""
    for number in (10, 9, 1):
        store.land_trials(builders.attempt(RUN, WHAT, number=number))
    store.land_trials(builders.attempt(RUN, builders.benchmark("Sort2"), number=4))
    found = store.attempts(RUN.campaign_id, "Sort")
    assert [attempt.number for attempt in found] == [1, 9, 10]
    assert {attempt.status for attempt in found} == {TrialStatus.OK}
    assert found[0].trials == 10


def test_status_of_an_attempt_is_that_of_its_worst_trial(store: WarehouseStore) -> None:
    """One bad trial suffices; equal messages are told once, in order."""
    trials = list(builders.attempt(RUN, WHAT))
    trials[1] = replace(trials[1], status=TrialStatus.TIMED_OUT, message="60 s were not enough")
    trials[2] = replace(trials[2], status=TrialStatus.FAILED, message="ValueError: no")
    trials[3] = replace(trials[3], status=TrialStatus.FAILED, message="ValueError: no")
    path = store.land_trials(trials)
    (attempt,) = store.attempts(RUN.campaign_id, "Sort")
    assert attempt.status is TrialStatus.FAILED
    assert attempt.faults == ("60 s were not enough", "ValueError: no")
    assert attempt.path == str(path)


def test_a_damaged_attempt_keeps_its_number(store: WarehouseStore) -> None:
    """It took place, so the next one gets the next number; it never counts as ok."""
    path = store.land_trials(builders.attempt(RUN, WHAT))
    path.write_bytes(path.read_bytes()[:500])
    (attempt,) = store.attempts(RUN.campaign_id, "Sort")
    assert (attempt.number, attempt.status) == (1, TrialStatus.ENVIRONMENT_FAILURE)
    assert "cannot be read" in attempt.faults[0]
    with pytest.raises(LandingError, match="cannot be read"):
        store.trials(RUN.campaign_id, "Sort", 1)


def test_a_damaged_file_does_not_hide_the_others(store: WarehouseStore) -> None:
    """A campaign with one damaged profile still shows the other one."""
    kept, lost = builders.benchmark("Find"), WHAT
    path = store.land_profiles([outcomes.profile(RUN, lost)])
    store.land_profiles([outcomes.profile(RUN, kept)])
    path.write_bytes(b"")
    assert [profile.benchmark for profile in store.profiles(RUN.campaign_id)] == ["Find"]


def test_an_attempt_that_never_was(store: WarehouseStore) -> None:
    """Asking for its trials is an error that names it."""
    with pytest.raises(LandingError, match="Sort has no attempt 3"):
        store.trials(RUN.campaign_id, "Sort", 3)


def test_the_newest_verdict_on_a_subject_stands(store: WarehouseStore) -> None:
    """What a resumed run says again replaces what was said; both stay landed."""

    def say(verdict: Verdict, seconds: float) -> None:
        said = outcomes.verdict(
            RUN, Subject.CHANGE, verdict, "r", what=WHAT, of=WHAT.cases[0], metric="cpu_ns",
            seconds=seconds,
        )  # fmt: skip
        store.land_verdicts([said])

    say(Verdict.UNCHANGED, 200)
    say(Verdict.INCONCLUSIVE, 100)
    (newest,) = store.verdicts(RUN.campaign_id)
    assert newest.verdict is Verdict.UNCHANGED
    assert len(list((store.landing / "verdicts").rglob("*.parquet"))) == 2
