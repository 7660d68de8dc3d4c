"""`pin`: a campaign kept under a name, as a file, and read on another home."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from perf_pipeline.model import Event, EventKind
from tests.cli.conftest import Ended, Run
from tests.warehouse import builders, nights
from warehouse.query import run_query
from warehouse.store import WarehouseStore

NAME = "baseline_v1"
Pin = Callable[..., Ended]


@pytest.fixture
def store(home: Path) -> WarehouseStore:
    """The store of the home that commands use, with one night."""
    store = nights.store_in(home)
    nights.land_night(store, builders.run())
    return store


@pytest.fixture
def pin(perf: Run, store: WarehouseStore, tmp_path: Path) -> Pin:
    """`perf-pipeline pin` for the suite that was measured."""
    perf("init", str(tmp_path / builders.SUITE))
    perf("suite", "add", str(tmp_path / builders.SUITE))
    assert store.landing.exists()

    def run(*words: str) -> Ended:
        return perf("pin", *words, "--suite", builders.SUITE, "--machine", builders.MACHINE)

    return run


def pins(store: WarehouseStore) -> list[Event]:
    """What was pinned, in order."""
    return [one for one in store.events(builders.SUITE) if one.kind is EventKind.PIN]


def test_the_newest_campaign_is_pinned(pin: Pin, store: WarehouseStore) -> None:
    """An event with name, author and reason; SQL shows it at once."""
    ended = pin(NAME, "--reason", "before the rewrite", "--author", "Ada")
    assert ended.code == 0
    assert f"{NAME} is {builders.campaign_id()}: 2 cases, " in ended.out
    (event,) = pins(store)
    assert (event.subject_id, event.author, event.reason) == (NAME, "Ada", "before the rewrite")
    sql = "select subject_id from v_events where kind = 'pin'"
    assert run_query(store.published, sql).rows == ((NAME,),)


def test_the_file_holds_what_was_measured(pin: Pin, tmp_path: Path) -> None:
    """Trial values, keys, fingerprint and revision, a line per series."""
    file = tmp_path / "pin.json"
    assert pin(NAME, "--output", str(file)).code == 0
    kept = json.loads(file.read_text())
    assert (kept["name"], kept["revision"]) == (NAME, builders.run().revision)
    cpu = [one for one in kept["series"] if one["metric"] == "cpu_ns"]
    assert {one["case_key"] for one in cpu} == {
        case.case_key for case in builders.benchmark().cases
    }
    assert all(len(one["values"]) == 5 and one["fingerprint"] == "c0ffee" for one in cpu)
    assert len(file.read_text().splitlines()) > len(kept["series"])


def test_a_file_is_read_on_another_home(
    pin: Pin, perf: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There it says the same, though that campaign never ran there."""
    file = tmp_path / "pin.json"
    pin(NAME, "--output", str(file))
    other = nights.store_in(tmp_path / "other")
    monkeypatch.setenv("PERF_HOME", str(tmp_path / "other"))
    ended = perf("pin", "--read", str(file), "--author", "Bob")
    assert ended.code == 0
    assert builders.campaign_id() in ended.out
    (event,) = pins(other)
    assert (event.subject_id, event.author, event.machine) == (NAME, "Bob", builders.MACHINE)
    assert event.payload == file.read_text()


def test_only_an_older_pin_of_that_name_is_overwritten(pin: Pin, tmp_path: Path) -> None:
    """A file of something else is left as it is, and nothing is pinned."""
    file = tmp_path / "pin.json"
    assert pin(NAME, "--output", str(file)).code == 0
    assert pin(NAME, "--output", str(file)).code == 0
    before = file.read_text()
    refused = pin("another", "--output", str(file))
    assert (refused.code, refused.out) == (2, "")
    assert NAME in refused.err
    assert file.read_text() == before
    file.write_text("my notes")
    assert pin(NAME, "--output", str(file)).code == 2
    assert file.read_text() == "my notes"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name the pin"),
        (("  ",), "Name the pin"),
        ((NAME, "--read", "x"), "A pin that is read"),
        ((NAME, "--campaign", "nowhere-2026-01-01-1"), "no campaign"),
        ((NAME, "--output", "/nowhere/pin.json"), "cannot be written"),
    ],
)
def test_wrong_use_is_explained(pin: Pin, words: tuple[str, ...], said: str) -> None:
    """Two ways to ask, and one at a time."""
    ended = pin(*words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1}', "\x00\x01", '{"format": 99}'])
def test_a_file_that_is_no_pin(perf: Run, store: WarehouseStore, tmp_path: Path, text: str) -> None:
    """It says what a pin has; nothing is landed."""
    file = tmp_path / "odd.json"
    file.write_text(text)
    ended = perf("pin", "--read", str(file))
    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err
    assert pins(store) == []


def test_a_file_that_is_not_there(perf: Run, tmp_path: Path) -> None:
    """Named, with the reason."""
    ended = perf("pin", "--read", str(tmp_path / "none.json"))
    assert (ended.code, "none.json cannot be read" in ended.err) == (2, True)


def test_a_file_that_is_read_may_be_named(pin: Pin, perf: Run, tmp_path: Path) -> None:
    """As long as that is what it holds."""
    file = tmp_path / "pin.json"
    pin(NAME, "--output", str(file))
    assert perf("pin", NAME, "--read", str(file), "--suite", builders.SUITE).code == 0
    for words in (["other", "--read", str(file)], ["--read", str(file), "--suite", "other"]):
        wrong = perf("pin", *words)
        assert (wrong.code, wrong.out) == (2, "")
        assert "not other" in wrong.err
