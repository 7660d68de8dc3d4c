"""What Dagster is given of a suite: an asset per benchmark, in groups, with checks and jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from assets.naming import key, tag_value
from jobs.definitions import build
from perf_pipeline.model import Day
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.read import read_suite
from perf_pipeline.suite.registry import BUILT_IN_SUITE

SUITES = Path(__file__).parents[1] / "suites"
AROUND = {
    Day.BASELINE: {"machine", "control", "baseline"},
    Day.MICROBENCHMARKS: {"microbenchmarks"},
    Day.MACROBENCHMARKS: {"macrobenchmarks"},
    Day.DEEP_DIVE: {"regressions", "deep_dive", "hotspots", "bottlenecks"},
    Day.ROADMAP: {"roadmap", "report", "history", "gate"},
}
"""The steps of each day that are no benchmarks."""


@pytest.fixture(params=[BUILT_IN_SUITE, SUITES / "tiny", SUITES / "faulty"], ids=lambda p: p.name)
def suite(request: pytest.FixtureRequest) -> Suite:
    """The built-in suite, a small one, and one with an invalid benchmark."""
    return read_suite(request.param)


@pytest.fixture
def tiny() -> Suite:
    """The small one."""
    return read_suite(SUITES / "tiny")


def test_definitions_can_be_loaded(suite: Suite) -> None:
    """Nothing in them is left to be found wrong by the first run."""
    dg.Definitions.validate_loadable(build([suite]))


def test_several_suites_stand_beside_each_other() -> None:
    """Their keys begin with their names, so that nothing collides."""
    suites = [read_suite(root) for root in (BUILT_IN_SUITE, SUITES / "tiny", SUITES / "faulty")]
    definitions = build(suites)
    dg.Definitions.validate_loadable(definitions)
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    assert {one.path[0] for one in keys} == {suite.name for suite in suites}
    assert {job.name for job in definitions.jobs or ()} >= {
        "campaign",
        "campaign_tiny",
        "campaign_faulty",
    }


def test_every_day_is_a_group(suite: Suite) -> None:
    """A benchmark stands in the group of its day, an invalid one too."""
    graph = build([suite]).resolve_asset_graph()
    groups: dict[str, set[str]] = {day.value: set() for day in Day}
    for one in graph.get_all_asset_keys():
        groups[graph.get(one).group_name].add(one.path[1])
    records = [one.record for one in suite.benchmarks] + list(suite.invalid)
    for day in Day:
        benchmarks = {record.name for record in records if record.day is day}
        assert groups[day.value] == AROUND[day] | benchmarks


def test_component_and_tier_are_tags(tiny: Suite) -> None:
    """Whatever a component is called, Dagster takes it."""
    odd = replace(tiny.benchmarks[0].record, component="sigma lang & vault" + "x" * 60)
    suite = replace(tiny, benchmarks=(replace(tiny.benchmarks[0], record=odd),))
    definitions = build([suite])
    dg.Definitions.validate_loadable(definitions)
    tags = definitions.resolve_asset_graph().get(key(suite, odd.name)).tags
    assert tags["component"].startswith("sigma_lang___vaultxxx")
    assert tags["tier"] == odd.day.value
    assert tag_value("") == "none"


def test_a_partition_is_a_night(tiny: Suite) -> None:
    """Also the present one, in the suite's time zone."""
    graph = build([tiny]).resolve_asset_graph()
    for one in graph.get_all_asset_keys():
        nights = graph.get(one).partitions_def
        assert isinstance(nights, dg.DailyPartitionsDefinition)
        assert (nights.end_offset, nights.timezone) == (1, "Europe/Berlin")
        today = datetime.now(ZoneInfo("Europe/Berlin")).date().isoformat()
        assert nights.get_last_partition_key() == today


def test_days_follow_each_other(suite: Suite) -> None:
    """Every step waits for its day's first and for the day before; the gate comes last."""
    graph = build([suite]).resolve_asset_graph()
    gate = key(suite, "gate")
    assert graph.get_ancestor_asset_keys(gate) | {gate} == graph.get_all_asset_keys()
    order = [names for level in graph.toposorted_asset_keys_by_level for names in level]
    days = list(Day)
    placed = [days.index(Day(graph.get(one).group_name)) for one in order]
    assert placed == sorted(placed)


def test_a_check_for_the_measuring_and_one_per_target(tiny: Suite) -> None:
    """Over all cases of a target; steps without benchmarks have few."""
    graph = build([tiny]).resolve_asset_graph()
    checks: dict[str, set[str]] = {}
    for one in graph.asset_check_keys:
        checks.setdefault(one.asset_key.path[1], set()).add(one.name)
    assert checks == {
        "machine": {"fit"},
        "SortNumbers": {"measured", "target_cpu_ns"},
        "HashText": {"measured", "target_digest_bytes"},
        "WholeFlow": {"measured", "target_throughput_items_per_sec", "target_flow_latency_ms"},
        "roadmap": {"campaign_complete"},
    }


def test_a_target_for_some_cases_is_one_check(tiny: Suite) -> None:
    """Two targets of one metric for different cases share their check."""
    record = tiny.benchmarks[0].record
    twice = replace(record, targets=(*record.targets, replace(record.targets[0], where="{}")))
    suite = replace(tiny, benchmarks=(replace(tiny.benchmarks[0], record=twice),))
    graph = build([suite]).resolve_asset_graph()
    names = [one.name for one in graph.asset_check_keys if one.asset_key.path[1] == record.name]
    assert sorted(names) == ["measured", *{f"target_{one.metric}" for one in record.targets}]
