"""From landing into the warehouse, when all goes well."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from perf_pipeline.model import LoadOutcome, Measurement, MetricDefinition, Trial
from tests.warehouse import builders, nights, outcomes
from warehouse import session as sessions
from warehouse.incoming import Rollups
from warehouse.load import load
from warehouse.session import session
from warehouse.store import WarehouseStore

GOLDEN = Path(__file__).parent / "golden"
RUN = builders.run()


def rows(store: WarehouseStore, sql: str) -> list[tuple[object, ...]]:
    """What the warehouse answers."""
    with session(store.warehouse, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_file_is_loaded_once(store: WarehouseStore) -> None:
    """All kinds at first, nothing the second time, only what is new the third time."""
    nights.land_night(store, RUN)
    assert store.load() == LoadOutcome(files=8, rows=27)
    assert store.load() == LoadOutcome(files=0, rows=0)
    store.land_event(outcomes.event(subject_id="another"))
    assert store.load() == LoadOutcome(files=1, rows=1)
    assert rows(store, "select count(*), count(distinct path), sum(rows) from landed_file") == [
        (9, 9, 28)
    ]


def test_nothing_landed(store: WarehouseStore) -> None:
    """A first load of an empty home makes an empty warehouse."""
    assert store.load() == LoadOutcome(files=0, rows=0)
    assert rows(store, "select campaigns, unfinished_at_publication from v_status") == [(0, "")]


def test_every_value_arrives(store: WarehouseStore) -> None:
    """Each value of each trial is a row, in its order, with its warm-ups marked."""
    trials = builders.attempt(RUN, RUN.benchmarks[0])
    store.land_trials(trials)
    store.load()
    expected = [
        (trial.trial_id, o.metric.name, place, place < o.warmups, value, o.metric.unit)
        for trial in trials
        for o in trial.observations
        for place, value in enumerate(o.values)
    ]
    found = rows(
        store, "select trial_id, metric, position, warmup, value, unit from v_values order by all"
    )
    assert found == sorted(expected)
    attempts = rows(store, "select distinct metric, attempts from v_values order by all")
    assert attempts == [("cpu_ns", None), ("hit_ratio", 100.0), ("waiting_ns", None)]


def test_dictionaries_hold_each_function_and_stack_once(store: WarehouseStore) -> None:
    """Two nights of equal profiles share frames and stacks; samples stay those of each."""
    for record in builders.spread(2, lambda night: builders.run(night=night)):
        nights.land_night(store, record)
    store.load()
    assert rows(store, "select count(*) from frame") == [(3,)]
    assert rows(store, "select count(*), count(distinct stack_key) from stack") == [(3, 3)]
    assert rows(store, "select sum(samples), count(*) from profile_stack") == [(2 * 198, 6)]
    paths = """
        select list(frame.function order by place)
        from (select stack_key, unnest(frames) as frame_key, generate_subscripts(frames, 1) as place
              from stack)
        join frame using (frame_key) group by stack_key order by all
    """
    assert rows(store, paths) == [
        (["run"],),
        (["run", "sorted"],),
        (["run", "sorted", "compare"],),
    ]


def test_declared_metrics_reach_the_summary(store: WarehouseStore) -> None:
    """As the trial's own run declared them, else as the newest run of the campaign did."""
    asked: list[tuple[str, ...]] = []

    def note(
        trials: Sequence[Trial], metrics: Sequence[MetricDefinition]
    ) -> tuple[Measurement, ...]:
        asked.append(tuple(metric.name for metric in metrics))
        return nights.summarise(trials, metrics)

    what = builders.benchmark("Sort")
    resumed = builders.run([replace(what, metrics=(builders.CPU,))], run_id="run-2")
    for number, record in enumerate((RUN, resumed, builders.run(run_id="lost")), start=1):
        moved = replace(record, recorded_at=record.recorded_at + timedelta(hours=number))
        if record.run_id != "lost":
            store.land_run(moved)
        store.land_trials(builders.attempt(moved, what, number=number))
    load(store.landing, store.warehouse, Rollups(note, nights.rank))
    assert asked == [("cpu_ns", "waiting_ns", "hit_ratio"), ("cpu_ns",), ("cpu_ns",)]


def test_order_of_rows_keeps_queries_fast(store: WarehouseStore) -> None:
    """Measurements lie in the order night, benchmark, metric."""
    declared = [builders.benchmark("Sort"), builders.benchmark("Find")]
    for record in builders.spread(2, lambda night: builders.run(declared, night=night)):
        nights.land_night(store, record)
    store.load()
    found = rows(store, "select night, benchmark, metric from measurement order by rowid")
    assert found == sorted(found)


def test_a_changed_file_is_reported(store: WarehouseStore) -> None:
    """What was loaded stays; a file that was only copied, or touched, is no change."""
    path = store.land_trials(builders.attempt(RUN, RUN.benchmarks[0]))
    store.load()
    os.utime(path, (2**31, 2**31))
    assert store.load() == LoadOutcome(files=0, rows=0)
    path.unlink()
    store.land_trials(builders.attempt(RUN, RUN.benchmarks[0], level_ns=5e6))
    (said,) = store.load().rejected
    assert "was changed after it was loaded" in said
    assert str(path) in said
    assert "warehouse rebuild" in said


def test_a_summary_that_fails_keeps_only_its_own_file_out(store: WarehouseStore) -> None:
    """A fault of ours in one summary costs that file, is told, and leaves no half of it."""
    declared = [builders.benchmark("Sort"), builders.benchmark("Find")]
    nights.land_night(store, builders.run(declared))

    def stumble(
        trials: Sequence[Trial], metrics: Sequence[MetricDefinition]
    ) -> tuple[Measurement, ...]:
        if trials[0].benchmark == "Sort":
            raise ZeroDivisionError("no trials")
        return nights.summarise(trials, metrics)

    outcome = load(store.landing, store.warehouse, Rollups(stumble, nights.rank))
    (said,) = outcome.rejected
    assert "cannot be summarised (ZeroDivisionError: no trials)" in said
    assert rows(store, "select distinct benchmark from trial") == [("Find",)]
    assert store.load().files == 1


def test_rows_that_do_not_fit_leave_no_half(store: WarehouseStore) -> None:
    """A file that fails in the middle of its inserts is taken back as a whole."""
    nights.land_night(store, RUN)
    with session(store.warehouse) as connection:
        connection.execute("alter table measurement add column sure boolean")
        connection.execute("alter table measurement alter sure set not null")
    outcome = store.load()
    assert "cannot be loaded" in outcome.rejected[0]
    assert rows(store, "select (select count(*) from trial), (select count(*) from value)") == [
        (0, 0)
    ]
    assert outcome.files == 7


def test_tables_of_a_newer_version_keep_nobody_from_measuring(
    store: WarehouseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The load does not raise: the files stay landed and the sentence says what to do."""
    nights.land_night(store, RUN)
    store.load()
    monkeypatch.setattr(sessions, "SCHEMA_VERSION", sessions.SCHEMA_VERSION - 1)
    outcome = store.load()
    assert outcome.files == 0
    assert "newer version" in outcome.busy
    assert "warehouse rebuild" in outcome.busy


@pytest.mark.parametrize("folder", sorted(GOLDEN.glob("format_*")), ids=lambda path: path.name)
def test_golden_files_stay_readable(folder: Path, tmp_path: Path) -> None:
    """What was landed in any format so far loads today and gives the same figures."""
    store = WarehouseStore(
        folder / "landing", tmp_path / "w.duckdb", tmp_path / "h.duckdb", nights.ROLLUPS
    )
    outcome = store.load()
    assert (outcome.files, outcome.rejected) == (8, ())
    with duckdb.connect(str(store.publish()), read_only=True) as connection:
        found = connection.execute(
            "select campaign, component, benchmark, parameters, metric, "
            "round(value, 6) as value, unit, n from v_measurements order by all"
        ).fetchall()
        blocks = connection.execute(
            "select bool_and(effect = log_ratio), any_value(metric_kind), count(*) from v_blocks"
        ).fetchall()
        said = connection.execute(
            "select change_id, finding, p_value, accepted_by from v_changes"
        ).fetchall()
    lines = (folder / "measurements.csv").read_text().splitlines()
    assert [",".join(map(str, row)) for row in found] == lines[1:]
    assert blocks == [(True, "positive", 8)]
    assert set(said) == {("", "", None, "")}


def test_golden_files_are_of_every_kind() -> None:
    """Each format keeps one file at least of each of the six kinds."""
    for folder in GOLDEN.glob("format_*"):
        assert {path.name for path in (folder / "landing").iterdir()} == {
            "runs", "trials", "blocks", "profiles", "verdicts", "events"
        }  # fmt: skip
        assert all(any(kind.rglob("*.parquet")) for kind in (folder / "landing").iterdir())
