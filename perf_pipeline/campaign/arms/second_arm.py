"""What a case of tonight is held against: the code and the packages of an earlier night."""

from __future__ import annotations

from dataclasses import dataclass, replace

from perf_pipeline.campaign.arms.environments import build_environment
from perf_pipeline.campaign.arms.make import (
    ArmPlace,
    interpreter_arms,
    revision_arms,
    with_interpreters,
)
from perf_pipeline.campaign.arms.revisions import WORKING_TREE
from perf_pipeline.campaign.changes.candidates import AUDIT
from perf_pipeline.campaign.changes.pins import Pin
from perf_pipeline.campaign.changes.reference import moved_facts
from perf_pipeline.campaign.errors import ArmsError
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.packages import package_differences, recorded_requirements
from perf_pipeline.measure.arm import Arms
from perf_pipeline.model import Case, PlanItem, RunRecord
from perf_pipeline.suite.benchmark import Benchmark

UNVERSIONED = "no second arm: the suite is not under version control"


@dataclass(frozen=True, slots=True)
class Base:
    """What is known of the night that is compared with; `record` is None of a foreign pin."""

    campaign_id: str
    revision: str
    uncommitted: bool
    record: RunRecord | None


@dataclass(frozen=True, slots=True)
class Sides:
    """Arms that are ready, and what a reader must know of them."""

    arms: Arms
    note: str = ""


def base_of(campaign: Campaign, campaign_id: str, pins: tuple[Pin, ...] = ()) -> Base:
    """How an earlier campaign began, or what a pin keeps of it.

    Raises:
        ArmsError: Neither is known.
    """
    runs = campaign.store.runs(campaign_id)
    if runs:
        return Base(campaign_id, runs[0].revision, runs[0].uncommitted, runs[0])
    for pin in pins:
        if pin.campaign_id == campaign_id:
            return Base(campaign_id, pin.revision, pin.uncommitted, None)
    raise ArmsError(f"no second arm: nothing is known of campaign {campaign_id} any more")


def sides_of(campaign: Campaign, item: PlanItem, pins: tuple[Pin, ...] = ()) -> Sides:
    """Build both arms of a planned comparison; the second is what ran tonight.

    Raises:
        ArmsError: There is no second arm; its sentence says why.
    """
    benchmark = campaign.find(item.benchmark)
    if benchmark is None:
        raise ArmsError(f"no second arm: {item.benchmark} is not valid any more")
    place = ArmPlace(campaign.home, campaign.suite, campaign.tell)
    here = WORKING_TREE if campaign.record.uncommitted else campaign.record.revision
    if item.how == AUDIT:
        arms = revision_arms(place, item.benchmark, item.case_id, here, here)
        return Sides(replace(arms, same_asked=True))
    base = base_of(campaign, item.reference, pins)
    packages = _packages(campaign, base, benchmark)
    if not (base.revision and campaign.record.revision):
        return _packages_alone(place, base, benchmark, item, packages)
    _refuse_equal(campaign, base, packages)
    arms = revision_arms(place, item.benchmark, item.case_id, base.revision, here)
    sides = _with_packages(place, base, benchmark, Sides(arms), packages)
    if base.uncommitted:
        said = f"{base.campaign_id} ran uncommitted changes on top of that revision"
        return replace(sides, note="; ".join(filter(None, (sides.note, said))))
    return sides


def _packages(campaign: Campaign, base: Base, benchmark: Benchmark) -> tuple[str, ...]:
    if base.record is None:
        return ()
    return package_differences(base.record, campaign.record, benchmark)


def _refuse_equal(campaign: Campaign, base: Base, packages: tuple[str, ...]) -> None:
    record = campaign.record
    if base.revision != record.revision or record.uncommitted or packages:
        return
    moved = moved_facts(base.record, record) if base.record else ()
    differs = f"; differs: {', '.join(moved[:3])}" if moved else ""
    raise ArmsError(f"no second arm: the revision is that of {base.campaign_id}{differs}")


def _packages_alone(
    place: ArmPlace,
    base: Base,
    benchmark: Benchmark,
    item: PlanItem,
    packages: tuple[str, ...],
) -> Sides:
    """Without version control packages are all that can be put back."""
    if base.record is None or not packages:
        raise ArmsError(UNVERSIONED)
    wanted = recorded_requirements(base.record, benchmark)
    python = build_environment(place.home, benchmark.python, wanted, place.tell)
    case = _case(benchmark, item.case_id)
    return Sides(interpreter_arms(benchmark, case, python, benchmark.python))


def _with_packages(
    place: ArmPlace, base: Base, benchmark: Benchmark, sides: Sides, packages: tuple[str, ...]
) -> Sides:
    """The reference's packages for arm A where they differ and can be built, else said so."""
    if base.record is None or not packages:
        return sides
    try:
        wanted = recorded_requirements(base.record, benchmark)
        python = build_environment(place.home, benchmark.python, wanted, place.tell)
        return Sides(with_interpreters(sides.arms, python, None))
    except ArmsError as error:
        said = f"only the code was compared, not {', '.join(packages[:3])} ({error.what})"
        return replace(sides, note=said)


def _case(benchmark: Benchmark, case_id: str) -> Case:
    return next(case for case in benchmark.record.cases if case.case_id == case_id)
