"""What the use cases ask of the warehouse."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from perf_pipeline.analysis.hotspots import rank
from perf_pipeline.analysis.measurement import summarise
from perf_pipeline.campaign.store import Store
from perf_pipeline.model import (
    CampaignKind,
    Fact,
    Ground,
    Measurement,
    MetricDefinition,
    Observation,
    RunRecord,
    SeriesHistory,
    Statistic,
    Trial,
    TrialStatus,
    Verdict,
)
from tests.warehouse import builders, nights, outcomes, regressions
from tests.warehouse.processes import holding
from warehouse.errors import WarehouseBusy
from warehouse.incoming import Rollups
from warehouse.store import WarehouseStore

CASE = builders.case("Sort", size=10)
WHAT = builders.benchmark("Sort", [CASE])
TONIGHT = date(2026, 3, 20)


def land(store: WarehouseStore, record: RunRecord, **how: float) -> None:
    """A run with one attempt of its benchmark."""
    store.land_run(record)
    store.land_trials(builders.attempt(record, record.benchmarks[0], **how))  # type: ignore[arg-type]  # a builder's own keywords


def points(found: tuple[SeriesHistory, ...], metric: str = "cpu_ns") -> list[tuple[date, str]]:
    """Night and campaign of each point of one metric."""
    (series,) = [one for one in found if one.metric == metric]
    return [(point.night, point.campaign_id) for point in series.points]


def test_it_is_a_store(store: WarehouseStore) -> None:
    """The types are checked by mypy, the parameters of every method of the protocol here."""
    as_protocol: Store = store
    for name, wanted in inspect.getmembers(Store, inspect.isfunction):
        if not name.startswith("_"):
            found = inspect.signature(getattr(as_protocol, name)).parameters
            assert list(found) == list(inspect.signature(wanted).parameters)[1:], name


def test_empty_before_the_first_load(tmp_path: Path) -> None:
    """Without a warehouse there is nothing, and asking makes none."""
    store = nights.store_in(tmp_path)
    assert not store.measurements("x")
    assert not store.hotspots("x")
    assert not store.history("x", 30)
    assert not store.warehouse.exists()


@pytest.mark.parametrize("rollups", [nights.ROLLUPS, Rollups(summarise, rank)])
def test_rollups_come_back_as_they_were_made(store: WarehouseStore, rollups: Rollups) -> None:
    """Measurements and hotspots equal what the engine's summaries return, field by field."""
    store.rollups = rollups
    record = builders.run([WHAT])
    nights.land_night(store, record)
    store.load()
    made = rollups.measurements(builders.attempt(record, WHAT), WHAT.metrics)
    found = store.measurements(record.campaign_id)
    assert {m.metric.name: m for m in found} == {m.metric.name: m for m in made}
    assert len(found) == len(made) == 3
    hotspots = rollups.hotspots(outcomes.profile(record, WHAT))
    assert store.hotspots(record.campaign_id) == hotspots


def test_a_percentile_is_kept_with_its_definition(store: WarehouseStore) -> None:
    """A metric computed from other observations is declared, never observed; it has its row."""
    p99 = MetricDefinition(
        "latency_p99_ms", "ms", statistic=Statistic.PERCENTILE, percentile=99.0, of="latency_ms"
    )
    what = replace(WHAT, metrics=(p99,))
    record = builders.run([what])
    latency = MetricDefinition("latency_ms", "ms")
    trials = [
        replace(trial, observations=(Observation(latency, tuple(map(float, range(400)))),))
        for trial in builders.attempt(record, what, trials=6)
    ]
    store.rollups = Rollups(summarise, rank)
    store.land_run(record)
    store.land_trials(trials)
    store.load()
    found = {m.metric.name: m for m in store.measurements(record.campaign_id)}
    assert found["latency_p99_ms"].metric == p99
    assert found["latency_p99_ms"].value == pytest.approx(395, abs=1)


def test_only_the_counted_attempt_is_measured(store: WarehouseStore) -> None:
    """The first ok attempt gives the figures; failed ones before and later ones do not."""
    record = builders.run([WHAT])
    store.land_run(record)
    for number, status in ((1, TrialStatus.FAILED), (2, TrialStatus.OK), (3, TrialStatus.OK)):
        attempt = builders.attempt(record, WHAT, number=number, status=status, message="m")
        store.land_trials(attempt)
    store.load()
    assert {m.attempt for m in store.measurements(record.campaign_id)} == {2}


def test_without_an_ok_attempt_the_last_one_stands(store: WarehouseStore) -> None:
    """It is measured from its good trials and says what went wrong."""
    record = builders.run([WHAT])
    store.land_run(record)
    for number in (1, 2):
        store.land_trials(
            builders.attempt(
                record, WHAT, number=number, status=TrialStatus.FAILED, message="ValueError: no"
            )
        )
    store.load()
    found = store.measurements(record.campaign_id)
    assert {(m.attempt, m.status, m.reason) for m in found} == {
        (2, TrialStatus.FAILED, "ValueError: no")
    }
    assert {(m.trials, m.trials_started) for m in found} == {(4, 5)}


def test_attempts_of_another_campaign_do_not_count(store: WarehouseStore) -> None:
    """Attempt 1 of yesterday does not make attempt 2 of today the second."""
    for record in builders.spread(2, lambda night: builders.run([WHAT], night=night)):
        land(store, record)
    store.load()
    found = store.measurements(builders.campaign_id(builders.NIGHT + timedelta(days=1)))
    assert {m.campaign_id for m in found} == {"toy-bench-01.example.org-2026-03-02-1"}


def test_history_is_what_came_earlier(store: WarehouseStore) -> None:
    """Earlier nights, and earlier campaigns of the same night; oldest first, itself left out."""
    for night, number in ((19, 2), (19, 10), (20, 1), (20, 2), (20, 3), (21, 1)):
        land(store, builders.run([WHAT], night=date(2026, 3, night), number=number))
    store.load()
    found = points(store.history(builders.campaign_id(TONIGHT, 2), nights=30))
    assert found == [
        (date(2026, 3, 19), builders.campaign_id(date(2026, 3, 19), 2)),
        (date(2026, 3, 19), builders.campaign_id(date(2026, 3, 19), 10)),
        (date(2026, 3, 20), builders.campaign_id(TONIGHT, 1)),
    ]


def test_history_takes_the_newest(store: WarehouseStore) -> None:
    """At most so many points of each series, those next to the campaign."""
    for record in builders.spread(5, lambda night: builders.run([WHAT], night=night)):
        land(store, record)
    store.load()
    found = store.history(builders.campaign_id(builders.NIGHT + timedelta(days=4)), nights=2)
    assert [night.day for night, _ in points(found)] == [3, 4]
    assert {len(series.points) for series in found} == {2}


def test_history_carries_what_the_screen_needs(store: WarehouseStore) -> None:
    """Value, trial values, fingerprint, environment and whether it was contended."""
    earlier = builders.run([WHAT], night=TONIGHT - timedelta(days=1))
    land(store, earlier, neighbour=0.4)
    land(store, builders.run([WHAT], night=TONIGHT))
    store.load()
    (series,) = [
        one for one in store.history(builders.campaign_id(TONIGHT), 9) if one.metric == "cpu_ns"
    ]
    (point,) = series.points
    (made,) = [m for m in store.measurements(earlier.campaign_id) if m.metric.name == "cpu_ns"]
    assert series.case_key == CASE.case_key
    assert (point.value, point.trial_values) == (made.value, made.trial_values)
    assert (point.fingerprint, point.contended) == ("c0ffee", True)
    assert len(point.environment_id) == 12


def test_environment_of_a_campaign_is_that_of_its_first_run(store: WarehouseStore) -> None:
    """The order of facts does not matter, a changed fact does, a resumed run does not."""
    kernel, quota = Fact("kernel", "6.1"), Fact("quota", "2")
    nights_before = (
        (kernel, quota), (quota, kernel), (kernel, Fact("quota", "1")),
    )  # fmt: skip
    for offset, facts in enumerate(nights_before):
        night = TONIGHT - timedelta(days=3 - offset)
        record = builders.run([WHAT], night=night, environment=facts)
        land(store, record)
        later = record.recorded_at + timedelta(hours=1)
        store.land_run(replace(record, run_id="a", environment=(), recorded_at=later))
    land(store, builders.run([WHAT], night=TONIGHT))
    store.load()
    (series, *_) = store.history(builders.campaign_id(TONIGHT), 9)
    first, second, third = [point.environment_id for point in series.points]
    assert first == second != third


def test_what_does_not_belong_to_a_series(store: WarehouseStore) -> None:
    """Ad hoc campaigns, other machines, other cases, failed attempts, other units, no value."""
    before = TONIGHT - timedelta(days=1)
    land(store, builders.run([WHAT], night=before, number=1, kind=CampaignKind.AD_HOC))
    land(store, builders.run([WHAT], night=before, number=1, machine="other"))
    elsewhere = builders.benchmark("Sort", [builders.case("Sort", size=11)])
    land(store, builders.run([elsewhere], night=before, number=2))
    land_in_seconds(store, builders.run([WHAT], night=before, number=3))
    land_failed(store, builders.run([WHAT], night=before, number=4))
    land(store, builders.run([WHAT], night=TONIGHT))
    assert not store.load().rejected
    found = store.history(builders.campaign_id(TONIGHT), 30)
    assert points(found) == []
    assert {series.metric for series in found} == {"cpu_ns", "waiting_ns", "hit_ratio"}


def land_in_seconds(store: WarehouseStore, record: RunRecord) -> None:
    """The metric was called the same and meant something else."""
    store.land_run(replace(record, benchmarks=()))
    trials = builders.attempt(record, WHAT)
    store.land_trials([replace(trial, observations=(_seconds(trial),)) for trial in trials])


def _seconds(trial: Trial) -> Observation:
    metric = replace(builders.CPU, unit="s")
    return Observation(metric, tuple(value / 1e9 for value in trial.observations[0].values))


def land_failed(store: WarehouseStore, record: RunRecord) -> None:
    """No trial came to its end."""
    store.land_run(record)
    trials = builders.attempt(record, WHAT)
    failed = [replace(t, status=TrialStatus.FAILED, observations=()) for t in trials]
    store.land_trials(failed)


def test_a_case_keeps_its_history_under_a_new_name(store: WarehouseStore) -> None:
    """The key ties it together, not the name of the benchmark."""
    renamed = replace(WHAT, name="SortFloats")
    land(store, builders.run([WHAT], night=TONIGHT - timedelta(days=1)))
    land(store, builders.run([renamed], night=TONIGHT))
    store.load()
    assert len(points(store.history(builders.campaign_id(TONIGHT), 30))) == 1


def test_measurements_without_their_run(store: WarehouseStore) -> None:
    """Figures whose run's record is damaged are there all the same."""
    record = builders.run([WHAT])
    store.land_trials(builders.attempt(record, WHAT))
    store.load()
    found: tuple[Measurement, ...] = store.measurements(record.campaign_id)
    assert len(found) == 3


def test_asking_while_somebody_writes(store: WarehouseStore) -> None:
    """Questions are refused with the holder's name instead of hanging."""
    store.load()
    with holding(store.warehouse, read_only=False), pytest.raises(WarehouseBusy, match="PID"):
        store.measurements("x")


def test_own_false_alarms_are_told_by_ground(store: WarehouseStore) -> None:
    """As the view has them; only those of the suite and machine asked for."""
    record = builders.run([WHAT])
    for number, said in enumerate([Verdict.WORSE, Verdict.UNCHANGED, Verdict.BETTER]):
        percents = (1.0 - number, 0.0)
        store.land_verdicts(regressions.control(record, WHAT, number, percents, said=said))
    store.load()
    (ab,) = store.same_code(record.suite, record.machine.name)
    assert (ab.ground, ab.compared, ab.alarms, ab.higher, ab.lower) == (Ground.AB, 3, 2, 1, 1)
    assert ab.at_most == pytest.approx(0.95 ** (1 / 3))
    assert (ab.alerts, ab.disputed) == (0, 0)
    assert store.same_code(record.suite, "another") == ()


def test_alerts_without_equal_code_exclude_nothing(store: WarehouseStore) -> None:
    """Nothing was compared with itself: any rate is possible."""
    record = builders.run([WHAT])
    store.land_verdicts(regressions.worse(record, WHAT))
    store.load()
    (ab,) = store.same_code(record.suite, record.machine.name)
    assert (ab.compared, ab.alarms, ab.at_most, ab.alerts) == (0, 0, 1.0, 1)
