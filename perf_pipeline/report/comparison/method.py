"""Where a comparison was measured, by which rule, and how to ask for its blocks."""

from __future__ import annotations

from perf_pipeline.report import commands
from perf_pipeline.report.comparison.facts import ComparisonFacts
from perf_pipeline.report.page import Part, Section, Text
from perf_pipeline.report.text import shorten
from perf_pipeline.report.units import percent, quantity


def method(facts: ComparisonFacts) -> Section:
    """Machine, rule, the command that was typed, and SQL for every block."""
    parts: list[Part] = [Text(_machine(facts)), Text(_rule(facts))]
    if facts.command:
        parts += [Text("Compared by:"), Text(facts.command, "code")]
    parts += [Text("Every block:"), Text(commands.ask(_query(facts)), "code")]
    return Section("method", "Machine and method", "", tuple(parts))


def _machine(facts: ComparisonFacts) -> str:
    machine = facts.run.machine
    memory = quantity(machine.memory_bytes, "bytes")
    aslr = sorted({case.aslr for case in facts.measured if case.aslr})
    return (
        f"{shorten(machine.name)}: {shorten(machine.cpu_model)}, {machine.effective_cores:g} "
        f"cores, {memory}. Address randomisation: {', '.join(aslr) or 'not known'}."
    )


def _rule(facts: ComparisonFacts) -> str:
    resolve = "2% (waiting and wall time: 5%)"
    if facts.resolve_percent is not None:
        resolve = percent(facts.resolve_percent)
    return (
        "A block runs both arms in fresh processes with the same hash seed, environment size and "
        f"heap; the next block draws anew. {_order(facts)} The change is the 20% trimmed mean over "
        "blocks, with Yuen's interval, made wide enough for every look at the data. Worse and "
        f"better need the interval beyond 0.5%, unchanged needs it within {resolve}; what is "
        f"neither after {facts.most_blocks:,} blocks is inconclusive."
    )


def _order(facts: ComparisonFacts) -> str:
    turns = [case.in_turns for case in facts.measured]
    if not any(turns):
        return "One arm ran after the other."
    which = "The arms" if all(turns) else f"In {sum(turns)} of {len(turns)} cases the arms"
    rest = "" if all(turns) else "; in the others one ran after the other"
    return f"{which} took turns on one core, value by value{rest}."


def _query(facts: ComparisonFacts) -> str:
    campaign = facts.run.campaign_id.replace("'", "''")
    return (
        "select benchmark, parameters, metric, number, value_a, value_b "  # noqa: S608 - shown only
        f"from v_blocks where campaign = '{shorten(campaign)}'"
    )
