"""The history that people open."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from perf_pipeline.model import CampaignKind
from tests.warehouse import builders, nights
from tests.warehouse.processes import holding
from warehouse.errors import WarehouseBusy, WarehouseError
from warehouse.query import run_query
from warehouse.session import session
from warehouse.store import WarehouseStore


def status(store: WarehouseStore) -> dict[str, object]:
    """The one row of v_status."""
    table = run_query(store.published, "from v_status")
    (row,) = table.rows
    return dict(zip(table.columns, row, strict=True))


def test_history_says_the_same_as_the_warehouse(store: WarehouseStore) -> None:
    """All rows of every public view; nothing but the history appears in the folder."""
    nights.land_night(store, builders.run())
    store.load()
    assert store.publish() == store.published
    sql = "select * from v_measurements order by all"
    with session(store.warehouse) as connection:
        kept = connection.execute(sql).fetchall()
    assert list(run_query(store.published, sql).rows) == kept
    left = {path.name for path in store.published.parent.iterdir()}
    assert left == {"landing", "warehouse.duckdb", "warehouse.duckdb.lock", "history.duckdb"}


def test_status_tells_the_age(store: WarehouseStore) -> None:
    """When it was published, which campaign is the newest and how old it is."""
    before = datetime.now(UTC).replace(tzinfo=None)
    for record in builders.spread(2, lambda night: builders.run(night=night)):
        nights.land_night(store, record)
    store.load()
    store.publish()
    found = status(store)
    published = found["published_at"]
    assert isinstance(published, datetime)
    assert timedelta(0) <= published - before < timedelta(minutes=5)
    assert found["newest_campaign"] == builders.campaign_id(builders.NIGHT + timedelta(days=1))
    assert (found["campaigns"], found["unfinished_at_publication"]) == (2, "")
    began = builders.moment(builders.NIGHT + timedelta(days=1)).replace(tzinfo=None)
    hours = (published - began) / timedelta(hours=1)
    assert found["newest_age_hours"] == pytest.approx(hours, abs=0.2)
    assert found["published_hours_ago"] == pytest.approx(0, abs=0.1)


def test_a_file_never_says_that_a_campaign_runs_now(store: WarehouseStore) -> None:
    """It cannot know: of a campaign killed three days ago it says when it was seen unfinished."""
    nights.land_night(store, builders.run(), sentence="")
    store.load()
    store.publish()
    with duckdb.connect(str(store.published)) as connection:
        connection.execute("update publication set published_at = published_at - interval 3 days")
    found = status(store)
    assert not [name for name in found if "running" in name]
    assert found["unfinished_at_publication"] == builders.campaign_id(builders.NIGHT)
    assert found["published_hours_ago"] == pytest.approx(72, abs=0.1)
    sql = "select comment from duckdb_columns() where column_name = 'unfinished_at_publication'"
    assert "when this was published" in str(run_query(store.published, sql).rows[0][0])


def test_status_tells_what_was_unfinished(store: WarehouseStore) -> None:
    """A campaign is from its start to its verdict; again when it is resumed."""
    record = builders.run()
    nights.land_night(store, record, sentence="")
    store.load()
    store.publish()
    assert status(store)["unfinished_at_publication"] == record.campaign_id
    nights.land_night(store, builders.run(number=2))
    store.load()
    store.publish()
    assert status(store)["unfinished_at_publication"] == ""


def test_a_resumed_campaign_is_unfinished_again(store: WarehouseStore) -> None:
    """Its verdict is older than its last start."""
    record = builders.run()
    nights.land_night(store, record)
    later = record.recorded_at + timedelta(hours=5)
    store.land_run(replace(record, run_id="run-2", recorded_at=later))
    store.load()
    store.publish()
    assert status(store)["unfinished_at_publication"] == record.campaign_id


def test_benchmarks_launched_alone_are_no_unfinished_campaign(store: WarehouseStore) -> None:
    """They never come to a verdict on the whole."""
    nights.land_night(store, builders.run(kind=CampaignKind.AD_HOC), sentence="")
    store.load()
    store.publish()
    assert status(store)["unfinished_at_publication"] == ""


def test_readers_keep_what_they_opened(store: WarehouseStore) -> None:
    """An open history goes on answering; who opens it anew sees the new one."""
    first, second = builders.spread(2, lambda night: builders.run(night=night))
    nights.land_night(store, first)
    store.load()
    store.publish()
    count = "select count(*) from v_campaigns"
    with duckdb.connect(str(store.published), read_only=True) as reader:
        nights.land_night(store, second)
        store.load()
        with holding(store.published, read_only=True):
            store.publish()
        assert reader.execute(count).fetchall() == [(1,)]
    assert run_query(store.published, count).rows == ((2,),)


def test_an_open_history_does_not_stop_the_campaign(three_nights: WarehouseStore) -> None:
    """Whoever reads the history holds up neither load nor publishing."""
    with holding(three_nights.published, read_only=True):
        assert not three_nights.load().busy
        three_nights.publish()


def test_scribbles_in_the_old_history_do_not_reach_the_new_one(store: WarehouseStore) -> None:
    """A log left by a killed writer is not replayed into what is published next."""
    store.load()
    store.publish()
    with holding(store.published, read_only=False):
        pass  # killed at the end of the block
    log = Path(f"{store.published}.wal")
    log.write_bytes(b"left behind")
    store.publish()
    assert not log.exists()
    assert status(store)["campaigns"] == 0


def test_nothing_is_published_while_somebody_writes(store: WarehouseStore) -> None:
    """The former history stands."""
    store.load()
    store.publish()
    before = status(store)["published_at"]
    time.sleep(0.01)
    with holding(store.warehouse, read_only=False), pytest.raises(WarehouseBusy):
        store.publish()
    assert status(store)["published_at"] == before


def test_a_place_that_cannot_be_written(store: WarehouseStore, tmp_path: Path) -> None:
    """A sentence with the reason; the warehouse is not held afterwards."""
    store.load()
    (tmp_path / "file").write_text("in the way")
    store.published = tmp_path / "file" / "history.duckdb"
    with pytest.raises(WarehouseError, match="could not be published"):
        store.publish()
    with session(store.warehouse, wait_s=0):
        pass
