"""Campaigns of a suite of seconds, over a real store in the test's own folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.wiring import open_store
from perf_pipeline.campaign import control
from perf_pipeline.campaign.opening import Campaign, Opening, open_campaign
from perf_pipeline.home import Home
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from tests.campaign.nights import Nights
from warehouse.store import WarehouseStore

SUITES = Path(__file__).parents[1] / "suites"
MACHINE = "bench_01"

Begin = Callable[..., Campaign]


@pytest.fixture(autouse=True)
def _brief_control(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run that measures begins with a control; two blocks are enough to see it."""
    monkeypatch.setattr(control, "BLOCKS", 2)


@pytest.fixture
def tiny() -> Suite:
    """Three benchmarks, of which each case gets a single trial."""
    return briefly(read_suite(SUITES / "tiny"))


def briefly(suite: Suite) -> Suite:
    """The suite with one trial of two values a case: enough where figures do not matter."""
    return replace(
        suite,
        benchmarks=tuple(
            replace(
                one,
                budgets=tuple(replace(b, trials=1, values=2, warmups=0) for b in one.budgets),
            )
            for one in suite.benchmarks
        ),
    )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home on a named machine."""
    monkeypatch.setenv("PERF_MACHINE", MACHINE)
    return Home(tmp_path / "home")


@pytest.fixture
def store(home: Home) -> WarehouseStore:
    """The real store of the home."""
    return open_store(home)


@pytest.fixture
def begin(home: Home, store: WarehouseStore, tiny: Suite) -> Begin:
    """Opens a campaign of the tiny suite, or of the one named, as the run named."""

    def opened(run_id: str = "run-1", suite: Suite = tiny, **asked: object) -> Campaign:
        opening = replace(Opening(run_id), **asked)  # type: ignore[arg-type]  # what a test names
        return open_campaign(store, home, suite, opening, lambda _: None)

    return opened


@pytest.fixture
def nights(home: Home, store: WarehouseStore, tiny: Suite) -> Nights:
    """The tiny suite, to be measured night by night."""
    elsewhere = open_store(Home(home.root.with_name("elsewhere")))
    opening = Opening("run-1", seed=1)
    start = open_campaign(elsewhere, home, tiny, opening, lambda _: None).record
    return Nights(home, store, tiny, replace(start, revision="4f0c2d1", uncommitted=False))
