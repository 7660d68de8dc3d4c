"""What tonight is held against: an earlier night's revision and packages, or why there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from perf_pipeline.campaign.arms.second_arm import UNVERSIONED, Sides, base_of, sides_of
from perf_pipeline.campaign.changes.candidates import AB, AUDIT
from perf_pipeline.campaign.changes.pins import Pin
from perf_pipeline.campaign.errors import ArmsError
from perf_pipeline.campaign.opening import Campaign, Opening, open_campaign
from perf_pipeline.home import Home
from perf_pipeline.model import Fact, PlanItem
from tests.campaign.project import Project
from warehouse.store import WarehouseStore


class Place:
    """A project of which campaigns are begun, and never measured."""

    def __init__(self, project: Project, home: Home, store: WarehouseStore) -> None:
        """No campaign yet."""
        self.project, self.home, self.store = project, home, store

    def begin(self, number: int, **run: object) -> Campaign:
        """The campaign of the revision that is checked out; its run may differ in `run`."""
        opened = open_campaign(
            self.store, self.home, self.project.read(), Opening(f"run-{number}"), lambda _: None
        )
        changed = replace(opened.record, run_id=f"run-{number}-as-told", **run)  # type: ignore[arg-type]
        return replace(opened, record=changed)

    def sides(self, campaign: Campaign, before: Campaign, how: str = AB) -> Sides:
        """Both arms of its only case."""
        case = campaign.record.benchmarks[0].cases[0]
        item = PlanItem(1, "Work", case.case_id, "?", how, "", 1.0, before.campaign_id)
        return sides_of(campaign, item)


@pytest.fixture
def place(tmp_path: Path, home: Home, store: WarehouseStore) -> Place:
    """A project with a first revision."""
    return Place(Project(tmp_path / "project"), home, store)


def second_revision(place: Place) -> None:
    """Another file content, committed."""
    place.project.write("work.py", "def work(size=1):\n    return float\n")
    place.project.commit(1)


def test_the_reference_s_revision_is_the_first_arm(place: Place) -> None:
    """And what ran tonight the second."""
    before = place.begin(1)
    second_revision(place)
    now = place.begin(2)
    sides = place.sides(now, before)
    assert sides.arms.a.revision == before.record.revision
    assert sides.arms.b.revision == now.record.revision
    assert sides.arms.differences == ("bench/work.py",)
    assert not sides.arms.same_asked
    assert sides.note == ""


def test_code_is_compared_with_itself_in_two_checkouts(place: Place) -> None:
    """Blind: everything else is as in any comparison."""
    now = place.begin(1)
    sides = place.sides(now, now, AUDIT)
    assert sides.arms.same_asked
    assert sides.arms.a.revision == sides.arms.b.revision == now.record.revision
    assert sides.arms.a.root != sides.arms.b.root


def test_the_same_revision_is_no_second_arm(place: Place) -> None:
    """What else differs is named."""
    before = place.begin(1)
    now = place.begin(2)
    kernel = (Fact("kernel", "7.0"),)
    with pytest.raises(ArmsError) as refused:
        place.sides(replace(now, record=replace(now.record, environment=kernel)), before)
    assert refused.value.what.startswith(
        f"no second arm: the revision is that of {before.campaign_id}; differs: "
    )
    assert "kernel" in refused.value.what


def test_uncommitted_changes_are_an_arm_tonight_and_a_note_later(place: Place) -> None:
    """They can be copied while they are there; of an earlier night they are gone."""
    before = place.begin(1)
    place.project.write("work.py", "def work(size=1):\n    return complex\n")
    now = place.begin(2)
    assert now.record.uncommitted
    assert place.sides(now, before).arms.differences == ("bench/work.py",)
    place.project.commit(1)
    later = place.begin(3)
    assert "ran uncommitted changes on top of that revision" in place.sides(later, now).note


def test_packages_that_cannot_be_had_are_named(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then only the code is compared, and it says so."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    before = place.begin(1)
    second_revision(place)
    now = place.begin(2)
    older = tuple(
        replace(fact, value="0.0.1") if fact.name == "package numpy" else fact
        for fact in before.record.environment
    )
    assert older != before.record.environment
    place.store.land_run(
        replace(
            before.record,
            environment=older,
            recorded_at=before.record.recorded_at.replace(year=2025),
        )
    )
    sides = place.sides(now, before)
    assert sides.note.startswith("only the code was compared, not numpy 0.0.1 → ")
    assert sides.arms.differences == ("bench/work.py",)


def test_without_version_control_there_is_none(place: Place) -> None:
    """And no traceback: the reason can stand in a verdict."""
    before = place.begin(1)
    place.store.land_run(
        replace(
            before.record, revision="", recorded_at=before.record.recorded_at.replace(year=2025)
        )
    )
    with pytest.raises(ArmsError) as refused:
        place.sides(place.begin(2, revision=""), before)
    assert refused.value.what == UNVERSIONED


def test_a_pin_of_another_home_names_its_revision(place: Place) -> None:
    """A campaign that nobody knows is no reference."""
    now = place.begin(1)
    pin = Pin("v1", "project", "elsewhere", "far-1", "2026-01-01", "4f0c2d1", False, ())
    assert base_of(now, "far-1", (pin,)).revision == "4f0c2d1"
    with pytest.raises(ArmsError, match="nothing is known of campaign far-1"):
        base_of(now, "far-1")
