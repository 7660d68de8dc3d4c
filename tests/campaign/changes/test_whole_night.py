"""The night as a whole: its own finding, spoken for by three cases, and never red."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.wiring import open_store
from perf_pipeline.campaign.changes import people
from perf_pipeline.campaign.changes.candidates import AB
from perf_pipeline.campaign.changes.regressions import Regressions, find_regressions
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.gate import why_red
from perf_pipeline.campaign.opening import Campaign, Opening, open_campaign
from perf_pipeline.home import Home
from perf_pipeline.model import State, Subject, Verdict
from perf_pipeline.suite.read import read_suite
from tests.campaign.conftest import briefly
from tests.campaign.nights import Nights, land
from tests.campaign.simulated import Bench
from warehouse.store import WarehouseStore

NAMES = tuple(f"Work{number}" for number in range(8))
CODE = dict.fromkeys(NAMES, "old")
ONE = """
benchmark:
  name: {name}
  workload: work.py:work
  day: microbenchmarks
  parameters: {{size: [1]}}
  profiling: {{enabled: false}}
"""


@pytest.fixture
def eight(tmp_path: Path, home: Home, store: WarehouseStore) -> Nights:
    """Eight benchmarks of one case each, measured on nine nights."""
    folder = tmp_path / "eight"
    folder.mkdir()
    (folder / "suite.yaml").write_text("name: eight\nbudget: quick\nfail_on: worse\n")
    (folder / "work.py").write_text("def work(size):\n    return int\n")
    for name in NAMES:
        (folder / f"{name}.yaml").write_text(ONE.format(name=name))
    suite = briefly(read_suite(folder))
    elsewhere = open_store(Home(tmp_path / "elsewhere"))
    start = open_campaign(elsewhere, home, suite, Opening("run-1", seed=1), lambda _: None).record
    nights = Nights(home, store, suite, replace(start, revision="4f0c2d1", uncommitted=False))
    for number in range(9):
        land(nights.campaign(number), {}, CODE)
    return nights


def tenth(
    nights: Nights,
    bench: Bench,
    factors: Mapping[str, float],
    code: Mapping[str, str],
) -> tuple[Campaign, Regressions]:
    """The tenth night, of another revision, decided."""
    campaign = nights.campaign(9, revision="9a8b7c6")
    land(campaign, factors, code)
    return campaign, find_regressions(campaign, test=bench)


def test_a_slow_machine_is_one_finding(eight: Nights) -> None:
    """All of it 30 % slower with the same code: said once, three cases asked, nothing red."""
    bench = Bench()
    slower = dict.fromkeys(NAMES, 1.3)
    campaign, found = tenth(eight, bench, slower, CODE)
    (finding,) = found.findings
    assert finding.subject is Subject.FINDING
    assert (finding.verdict, finding.state) == (Verdict.INCONCLUSIVE, State.SUSPECTED)
    assert finding.change_percent == pytest.approx(30, abs=2)
    assert finding.reason.startswith("The night as a whole: CPU time +")
    assert finding.reason.endswith(
        "over 8 cases; the code of its representatives is the same: the machine or its environment"
    )
    assert [how for _, how in bench.questions].count(AB) == 3
    assert not why_red(campaign)
    with pytest.raises(CampaignError, match="speaks of the machine"):
        people.accept(eight.store, "eight", finding.finding_id, "fine", "ada")
    assert eight.store.events("eight") == ()
    assert {one.verdict for one in found.changes if one.metric == "cpu_ns"} == {
        Verdict.INCONCLUSIVE
    }


def test_code_that_all_of_it_uses_is_no_machine(eight: Nights) -> None:
    """Other code everywhere and slower by A/B: the finding says that representatives moved too."""
    bench = Bench({"slow": 1.3})
    slow = dict.fromkeys(NAMES, "slow")
    _, found = tenth(eight, bench, dict.fromkeys(NAMES, 1.3), slow)
    night = next(one for one in found.findings if one.verdict is Verdict.INCONCLUSIVE)
    assert night.reason.endswith("3 of 3 representatives moved in an A/B as well")
    assert sum(one.verdict is Verdict.WORSE for one in found.findings) == len(NAMES)


def test_one_slow_case_is_not_the_night(eight: Nights) -> None:
    """Seven of eight stay where they were."""
    bench = Bench({"slow": 1.3})
    _, found = tenth(eight, bench, {"Work3": 1.3}, CODE | {"Work3": "slow"})
    (finding,) = found.findings
    assert (finding.verdict, finding.benchmark) == (Verdict.WORSE, "Work3")
