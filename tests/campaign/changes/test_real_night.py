"""A planted slowdown, committed to a real repository, found by a real A/B the same night."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from perf_pipeline.campaign.changes import people
from perf_pipeline.campaign.changes.regressions import Regressions, find_regressions
from perf_pipeline.campaign.conclude import conclude
from perf_pipeline.campaign.gate import why_red
from perf_pipeline.campaign.measure import measure
from perf_pipeline.campaign.opening import Campaign, Opening, open_campaign
from perf_pipeline.home import Home
from perf_pipeline.model import State, Subject, Verdict, VerdictRecord
from tests.campaign.conftest import MACHINE
from tests.campaign.project import Project
from warehouse.store import WarehouseStore

LOOP = """
def work(size):
    def run():
        total = 0
        for number in range({count}):
            total += number * number % 7
        return total if total < 0 else "done"
    return run
"""
YAML = """
benchmark:
  name: Work
  workload: {factory}
  day: baseline
  parameters: {{size: [1]}}
  budgets: {{quick: {{trials: 5, values: 5, warmups: 1}}}}
  profiling: {{enabled: false}}
"""


@dataclass
class Place:
    """A project in version control, and the nights of its suite."""

    project: Project
    home: Home
    store: WarehouseStore
    campaign: Campaign | None = None

    def commit(self, count: int) -> str:
        """A revision whose loop turns so often."""
        self.project.write("work.py", LOOP.format(count=count))
        self.project.git("add", ".")
        self.project.git("commit", "--quiet", "--message", f"{count} turns")
        return self.project.git("rev-parse", "HEAD")

    def night(self) -> Regressions:
        """Measure the working tree, decide, conclude."""
        suite = replace(self.project.read(), fail_on="worse")
        runs = len(self.store.campaigns("project", MACHINE))
        opening = Opening(f"run-{runs}", seed=runs)
        self.campaign = open_campaign(self.store, self.home, suite, opening, lambda _: None)
        for record in self.campaign.record.benchmarks:
            measure(self.campaign, record.name)
        return find_regressions(self.campaign)

    @property
    def row(self) -> VerdictRecord:
        """What the newest campaign says of the CPU time."""
        assert self.campaign is not None
        (found,) = (
            one
            for one in self.store.verdicts(self.campaign.campaign_id)
            if one.subject is Subject.CHANGE and one.metric == "cpu_ns"
        )
        return found

    @property
    def red(self) -> str:
        """Why the newest night is red."""
        assert self.campaign is not None
        return why_red(self.campaign)

    @property
    def sentence(self) -> str:
        """What the newest report opens with."""
        assert self.campaign is not None
        return conclude(self.campaign).sentence


@pytest.fixture
def place(tmp_path: Path, home: Home, store: WarehouseStore) -> Place:
    """A first revision, measured once."""
    project = Project(tmp_path / "project", "budget: quick\n")
    project.write("work.yaml", YAML.format(factory="work.py:work"))
    made = Place(project, home, store)
    made.commit(20_000)
    return made


def test_a_committed_slowdown_is_found_the_same_night(place: Place) -> None:
    """Exactly that finding, with revisions and file; accepted, the next night is calm."""
    first = place.night()
    assert (first.plan, first.findings) == ((), ())
    before = place.project.git("rev-parse", "--short=7", "HEAD")
    after = place.commit(30_000)[:7]
    found = place.night()
    (finding,) = found.findings
    assert finding.verdict is Verdict.WORSE
    assert finding.cause == f"{before}..{after}: work.py"
    assert finding.change_percent == pytest.approx(50, abs=15)
    worse = {one.metric for one in found.changes if one.verdict is Verdict.WORSE}
    assert worse == {"cpu_ns"}
    assert place.row.state is State.ESTABLISHED
    assert place.red
    people.accept(place.store, "project", place.row.change_id, "worth it", "ada")
    calm = place.night()
    assert not calm.findings
    assert place.row.state is State.ACCEPTED
    assert not place.red


def test_a_dispute_is_answered_with_fresh_blocks(place: Place) -> None:
    """The slowdown is real: it is measured once more, said so, and then stands."""
    place.night()
    place.commit(30_000)
    place.night()
    change = place.row
    people.dispute(place.store, "project", change.change_id[:6], "not on my machine", "ada")
    again = place.night()
    assert len(again.findings) == 1
    assert (place.row.verdict, place.row.state) == (Verdict.WORSE, State.ESTABLISHED)
    assert place.row.comparison != change.comparison
    assert "fresh blocks; ada disputed it: not on my machine" in place.row.reason
    assert place.red
    calm = place.night()
    assert [item.how for item in calm.plan] != ["ab"]
    assert not calm.findings
    assert place.row.verdict is Verdict.WORSE
