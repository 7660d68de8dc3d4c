"""What disturbs measuring: other work, a processor that changes its pace, a quota, a slow clock."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping

import psutil

from jobs.cli.diagnosis.finding import Finding, note
from perf_pipeline.analysis.contended import NEIGHBOUR_SHARE
from perf_pipeline.measure.machine import busy_now, effective_cores, environment_facts

LOOK_S = 1.0
STEAL_SHARE = 0.01
SLOW_CLOCK_NS = 500
READINGS = 10_000


def findings() -> Iterator[Finding]:
    """Everything that makes figures of the same code differ; takes about a second."""
    facts = {fact.name: fact.value for fact in environment_facts({})}
    yield from _others()
    yield governor(facts)
    yield turbo(facts)
    yield _quota(facts)
    yield _clock(facts)


def _others() -> Iterator[Finding]:
    before, stolen = busy_now(), _stolen_s()
    time.sleep(LOOK_S)
    after = busy_now()
    share = before.neighbour_until(after)
    found = f"take {share:.0%} of the machine (load {os.getloadavg()[0]:.1f})"
    means = "From 10 % on, verdicts on the wall clock are withheld; those on CPU time stand."
    yield note("others", found, means) if share > NEIGHBOUR_SHARE else Finding("others", found)
    capacity = (after.at_s - before.at_s) * (os.cpu_count() or 1)
    yield _steal((_stolen_s() - stolen) / capacity)


def _stolen_s() -> float:
    return float(getattr(psutil.cpu_times(), "steal", 0.0))


def _steal(share: float) -> Finding:
    found = f"the host took {share:.1%} of the machine"
    if share > STEAL_SHARE:
        return note("steal", found, "Other guests of this host slow it down; it counts as others.")
    return Finding("steal", found)


def governor(facts: Mapping[str, str]) -> Finding:
    """Whether the processor keeps its pace, from the environment's facts."""
    name = facts.get("governor")
    if name is None:
        return Finding("governor", "not shown, as in most virtual machines and containers")
    if name == "performance":
        return Finding("governor", name)
    means = (
        "The clock follows the load, so the same work takes more or less CPU time. "
        "Steadier: cpupower frequency-set -g performance"
    )
    return note("governor", name, means)


def turbo(facts: Mapping[str, str]) -> Finding:
    """Whether it may exceed it; the fact is Linux's `no_turbo`, which is 0 when it may."""
    if facts.get("turbo") == "0":
        means = "The clock depends on heat and on neighbours; nights differ more than with it off."
        return note("turbo", "on", means)
    return Finding("turbo", "off" if "turbo" in facts else "not shown")


def _quota(facts: Mapping[str, str]) -> Finding:
    if effective_cores() < len(os.sched_getaffinity(0)):
        found = f"{effective_cores():g} cores ({facts.get('cpu_quota', '')} in cpu.max)"
        means = "Work beyond it is held up; a trial that was is marked, its wall time not judged."
        return note("CPU quota", found, means)
    return Finding("CPU quota", "none")


def _clock(facts: Mapping[str, str]) -> Finding:
    start = time.perf_counter_ns()
    for _ in range(READINGS):
        time.perf_counter_ns()
    cost_ns = (time.perf_counter_ns() - start) / READINGS
    found = f"{facts.get('clock_source', 'unknown')}, {cost_ns:.0f} ns a reading"
    if cost_ns > SLOW_CLOCK_NS:
        means = "Latencies of single calls carry it; timed values hold many calls and do not."
        return note("clock", found, means)
    return Finding("clock", found)
