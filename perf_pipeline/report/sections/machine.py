"""Where it was measured, how, on how much evidence, and how to ask for more."""

from __future__ import annotations

from statistics import median

from perf_pipeline.model import RunRecord
from perf_pipeline.report import commands
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Cell, Column, Fold, Part, Row, Section, Text, Tone, table
from perf_pipeline.report.text import count, shorten
from perf_pipeline.report.units import percent, quantity

FACTS = (Column("Fact"), Column("This campaign"), Column("The campaign before"))
RULE = (
    "Evidence is the fresh process, not the repetition: each trial gives one number, and a "
    "measurement is the 20% trimmed mean of the trials with its 95% interval. "
    "What the history of a series makes unlikely is suspected; only a comparison of both versions "
    "next to each other can confirm it as worse or better. "
    "A target is met or missed when the 95% bound lies wholly on one side of it; otherwise it is "
    "inconclusive: the evidence is too thin for either."
)
CONTENDED = (
    "Contended: in more than half of a case's trials others took over 10% of the machine, or a "
    "quota held it up for over 1% of its time. Wall time then says nothing; CPU time and waiting "
    "stand."
)


def machine(index: Index) -> Section:
    """Machine facts with what changed since the campaign before, the rule, counts and SQL."""
    run = index.facts.start
    previous = index.facts.previous
    changed = [row for row in _environment(run, previous) if row.cells[1].tone is Tone.WORSE]
    parts: list[Part] = []
    if changed:
        parts.append(Text("Changed since the campaign before", "heading"))
        parts += table("Changed since the campaign before", FACTS, changed)
    summary = f"{shorten(run.machine.name)}: {_machine_line(run)}"
    facts = table("Machine and environment", FACTS, _environment(run, previous), shown=60)
    parts.append(Fold(summary, facts) if facts else Text(summary))
    parts.append(Text(RULE))
    if any(row.contended for row in index.facts.measurements):
        parts.append(Text(CONTENDED))
    parts += [Text(sentence) for sentence in _counts(index)]
    parts.append(Text("To ask more:"))
    parts.append(Text(commands.ask(commands.measurements_query(index.facts)), "code"))
    return Section("machine", "Machine and method", "", tuple(parts))


def _machine_line(run: RunRecord) -> str:
    machine = run.machine
    memory = quantity(machine.memory_bytes, "bytes")
    return f"{shorten(machine.cpu_model)}, {machine.effective_cores:g} cores, {memory}"


def _environment(run: RunRecord, previous: RunRecord | None) -> list[Row]:
    """Facts of both campaigns by name; a fact that differs comes with its tone."""
    now = _named(run)
    before = _named(previous) if previous else {}
    rows = []
    for name in dict.fromkeys((*now, *before)):
        new, old = now.get(name, "not there"), before.get(name, "not there")
        differs = previous is not None and new != old
        tone = Tone.WORSE if differs else Tone.PLAIN
        rows.append(Row((Cell(name), Cell(new, tone=tone), Cell(old if previous else ""))))
    return rows


def _named(run: RunRecord) -> dict[str, str]:
    return {shorten(fact.name): shorten(fact.value, 200) for fact in run.environment}


def _counts(index: Index) -> list[str]:
    """Trials, values and noise of the night."""
    rows = index.facts.measurements
    if not rows:
        return []
    attempts = {(row.benchmark, row.case_id): row for row in rows}.values()
    ok = sum(row.trials for row in attempts)
    started = sum(row.trials_started for row in attempts)
    said = [f"Counted: {ok:,} of {count(started, 'trial')}, {_most_values(index):,} timed values."]
    if widths := _widths(index):
        half = percent(median(widths))
        said.append(f"Noise: half of the intervals reach no further than {half} to either side.")
    return said


def _most_values(index: Index) -> int:
    best: dict[str, int] = {}
    for row in index.facts.measurements:
        best[row.case_id] = max(best.get(row.case_id, 0), row.n)
    return sum(best.values())


def _widths(index: Index) -> list[float]:
    """Half the width of every interval, in percent of its value."""
    return [
        50.0 * (row.high - row.low) / abs(row.value)
        for row in index.facts.measurements
        if row.value and row.low is not None and row.high is not None
    ]
