"""A benchmark measured alone is shown beside the night before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.alone import MOST_ROWS, TITLES, Alone, look_back
from jobs.cli.output import result_table
from jobs.wiring import open_store
from perf_pipeline.home import Home
from perf_pipeline.model import (
    BenchmarkRecord,
    CampaignKind,
    RunRecord,
    Subject,
    TrialStatus,
    Verdict,
)
from tests.warehouse import builders, outcomes
from warehouse.session import session
from warehouse.store import WarehouseStore

SORT = builders.benchmark("Sort")
GRID = builders.benchmark("Grid", [builders.case("Grid", size=size) for size in range(20)])


@pytest.fixture
def store(tmp_path: Path) -> WarehouseStore:
    """The store of an empty home that waits for nobody."""
    store = open_store(Home(tmp_path / "home"))
    store.wait_s = 0.0
    return store


def land(  # noqa: PLR0913 - what differs from night to night
    store: WarehouseStore,
    days: int,
    level_ns: float,
    *,
    what: BenchmarkRecord = SORT,
    kind: CampaignKind = CampaignKind.FULL,
    neighbour: float = 0.02,
    status: TrialStatus = TrialStatus.OK,
) -> RunRecord:
    """A campaign so many days after the first night, with its trials."""
    night = builders.NIGHT + timedelta(days=days)
    record = builders.run([what], night=night, kind=kind)
    store.land_run(record)
    trials = builders.attempt(
        record, what, level_ns=level_ns, neighbour=neighbour, status=status, message="it fell"
    )
    store.land_trials(trials)
    return record


def alone(store: WarehouseStore, record: RunRecord) -> Alone:
    """What the command says of a campaign that has landed."""
    store.load()
    return look_back(store, record.campaign_id)


def cells(one: Alone, case: str, metric: str) -> dict[str, str]:
    """The row of a case and metric."""
    rows = [dict(zip(TITLES, row, strict=True)) for row in one.rows]
    (row,) = [row for row in rows if (row["case"], row["metric"]) == (case, metric)]
    return row


def test_before_is_the_newest_full_campaign_before_it(store: WarehouseStore) -> None:
    """Not an older one, not one measured alone; the unit of a row is the same throughout."""
    land(store, 0, 5_000_000)
    full = land(store, 1, 1_000_000)
    land(store, 2, 9_000_000, kind=CampaignKind.AD_HOC)
    now = land(store, 3, 1_500_000, kind=CampaignKind.AD_HOC)
    found = alone(store, now)
    row = cells(found, "Sort size=10", "cpu_ns")
    assert row["before"].endswith(" ms")
    assert float(row["before"].removesuffix(" ms")) == pytest.approx(1.0, rel=0.05)
    assert float(row["now"].split()[0]) == pytest.approx(1.5, rel=0.05)
    assert row["now"].count(" to ") == 1
    assert float(row["difference"].removesuffix("%")) == pytest.approx(50, abs=5)
    assert found.notes[0].startswith(f"Before: {full.campaign_id}. A difference is no verdict")
    assert not found.incomplete


def test_only_what_is_judged_or_has_a_target(store: WarehouseStore) -> None:
    """A hit ratio that nobody judges is in the history; here it would hide the others."""
    found = alone(store, land(store, 0, 1e6, kind=CampaignKind.AD_HOC))
    assert {row[1] for row in found.rows} == {"cpu_ns", "waiting_ns"}
    assert len(found.rows) == 4
    metrics = (*SORT.metrics[:2], replace(SORT.metrics[2], judged=True))
    proportion = replace(SORT, metrics=metrics)
    land(store, 1, 1e6, what=proportion)
    found = alone(store, land(store, 2, 1e6, what=proportion, kind=CampaignKind.AD_HOC))
    assert cells(found, "Sort size=10", "hit_ratio")["difference"].endswith(" points")
    assert cells(found, "Sort size=10", "waiting_ns")["difference"] == "\N{EN DASH}"


def test_without_an_earlier_night_it_says_so(store: WarehouseStore) -> None:
    """A dash is no zero."""
    found = alone(store, land(store, 0, 1e6, kind=CampaignKind.AD_HOC))
    row = cells(found, "Sort size=10", "cpu_ns")
    assert (row["before"], row["difference"]) == ("\N{EN DASH}", "\N{EN DASH}")
    assert found.notes == (
        "No earlier full campaign measured these cases: there is nothing to compare with.",
    )


def test_a_target_stands_with_its_verdict(store: WarehouseStore) -> None:
    """As its author wrote it; the cases that it does not hold have none."""
    now = land(store, 0, 2e6, kind=CampaignKind.AD_HOC)
    said = (Subject.TARGET, Verdict.MISSED, "too slow")
    missed = outcomes.verdict(now, *said, what=SORT, of=SORT.cases[0], metric="cpu_ns")
    store.land_verdicts([missed])
    found = alone(store, now)
    assert cells(found, "Sort size=10", "cpu_ns")["target"] == "at most 1.1 ms: missed"
    assert cells(found, "Sort size=100", "cpu_ns")["target"] == ""


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (0.02, 0.02, ""),
        (0.02, 0.5, "Contended now:"),
        (0.5, 0.02, "Contended before:"),
        (0.5, 0.5, "Contended now and before:"),
    ],
)
def test_a_contended_machine_is_noted(
    store: WarehouseStore, before: float, now: float, said: str
) -> None:
    """Of either measurement."""
    land(store, 0, 1e6, neighbour=before)
    found = alone(store, land(store, 1, 1e6, neighbour=now, kind=CampaignKind.AD_HOC))
    noted = [note for note in found.notes if note.startswith("Contended")]
    assert [note[: len(said)] for note in noted] == ([said] if said else [])


def test_many_cases_fit_a_screen_and_nothing_weighty_is_hidden(
    store: WarehouseStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """Forty figures: the missed target and the large difference are among those shown."""
    land(store, 0, 1e6, what=GRID)
    slow, missed = GRID.cases[13], GRID.cases[17]
    now = builders.run([GRID], night=builders.NIGHT + timedelta(days=1), kind=CampaignKind.AD_HOC)
    store.land_run(now)
    trials = [
        builders.trial(now, GRID, case, number=number, level_ns=2e6 if case is slow else 1e6)
        for number in range(5)
        for case in GRID.cases
    ]
    store.land_trials(trials)
    said = (Subject.TARGET, Verdict.MISSED, "too slow")
    store.land_verdicts([outcomes.verdict(now, *said, what=GRID, of=missed, metric="cpu_ns")])
    found = alone(store, now)
    assert len(found.rows) == MOST_ROWS
    assert cells(found, "Grid size=13", "cpu_ns")["difference"].startswith("+")
    assert cells(found, "Grid size=17", "cpu_ns")["target"].endswith("missed")
    places = [int(row[0].partition("=")[2]) for row in found.rows]
    assert places == sorted(places)
    assert found.notes[0].startswith(f"and {40 - MOST_ROWS} more of Grid: perf-pipeline sql ")
    capsys.readouterr()
    result_table(TITLES, found.rows)
    assert len(capsys.readouterr().out.splitlines()) + len(found.notes) + 1 <= 15
    query = found.notes[0].partition('"')[2].removesuffix('"')
    with session(store.warehouse, read_only=True) as connection:
        assert len(connection.execute(query).fetchall()) == 60


def test_what_failed_is_named_and_incomplete(store: WarehouseStore) -> None:
    """Beside the figures of the cases that did not fail."""
    failing = {"kind": CampaignKind.AD_HOC, "status": TrialStatus.FAILED}
    found = alone(store, land(store, 0, 1e6, **failing))  # type: ignore[arg-type]
    assert found.incomplete
    assert found.notes[0].startswith("Sort  failed: ")
    assert "it fell" in found.notes[0]


def test_a_held_warehouse_is_no_fault_of_the_measurement(store: WarehouseStore) -> None:
    """Everything has landed; who holds it is named."""
    now = land(store, 0, 1e6, kind=CampaignKind.AD_HOC)
    store.load()
    with session(store.warehouse):
        found = look_back(store, now.campaign_id)
    assert (found.rows, found.incomplete) == ((), False)
    assert found.notes[0].startswith("Landed, not loaded")
    assert "held open by" in found.notes[0]
