"""What a comparison prints: a line per case, below it one per metric; and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from jobs.cli.ending import DONE, INCOMPLETE, STOPPED
from jobs.cli.output import result, result_lines, say
from perf_pipeline.model import Verdict
from perf_pipeline.report.comparison.facts import ComparedCase, ComparedMetric, ComparisonFacts
from perf_pipeline.report.comparison.rows import (
    both_values,
    case_name,
    change_text,
    difference_text,
    effort,
    metric_text,
    note_text,
    seen_text,
    verdict_text,
)
from perf_pipeline.report.comparison.sentence import compared, overall
from perf_pipeline.report.text import count, shorten, some

GOT_WORSE = 1
STYLES = {Verdict.WORSE: "bold red", Verdict.BETTER: "bold green", Verdict.UNCHANGED: ""}
OPEN = "yellow"
GAP = "  "
Cells = tuple[str, str, str, str, str, str, str]


def tell(facts: ComparisonFacts, page: Path) -> None:
    """Print the table, the sentence and where the page is."""
    result_lines(table(facts))
    result("")
    result(compared(facts).sentence)
    result(f"Page     {page}")
    if facts.stopped:
        say(f"Stopped. What was compared is kept: {count(len(facts.cases), 'case')}.")
    elif not facts.same_asked and all(case.same_code for case in facts.cases):
        say(f"What would be found in equal code: perf-pipeline compare {facts.a.asked} --aa")


def exit_code(facts: ComparisonFacts, fail_on: str) -> int:
    """The code to end with: stopped, incomplete, got worse or done."""
    if facts.stopped:
        return STOPPED
    if any(case.failed for case in facts.cases):
        return INCOMPLETE
    worse = overall(facts) is Verdict.WORSE
    return GOT_WORSE if worse and fail_on == "worse" else DONE


def table(facts: ComparisonFacts) -> Iterator[Text]:
    """Lines: who is A and B, the measured cases, and why others were not compared."""
    yield Text.assemble(("A", "bold"), f"{GAP}{facts.a.label}")
    yield Text.assemble(("B", "bold"), f"{GAP}{facts.b.label}")
    if facts.measured:
        yield Text("")
        yield from _measured(facts)
    if facts.refused:
        yield Text("")
        yield from map(Text, _refused(facts))


def _measured(facts: ComparisonFacts) -> Iterator[Text]:
    moved = f"change ({100 * (1 - facts.alpha):g}%)"
    heads: Cells = ("  metric", "A", "B", moved, "verdict", "would have shown", "")
    rows = {
        case.comparison_id: [_cells(facts, row) for row in case.metrics] for case in facts.measured
    }
    cells = [heads, *(row for found in rows.values() for row in found)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(heads) - 1)]
    yield Text(_line(heads, widths), "bold")
    for case in facts.measured:
        yield Text.assemble((case_name(case), "bold"), (f"{GAP}{effort(case)}", "dim"))
        for row, shown in zip(case.metrics, rows[case.comparison_id], strict=True):
            yield _coloured(_line(shown, widths), row, shown[4])
        if case.note:
            yield Text(f"  {shorten(case.note, 300)}", "dim")


def _cells(facts: ComparisonFacts, row: ComparedMetric) -> Cells:
    before, after = both_values(row)
    moved = " ".join(filter(None, (change_text(row), difference_text(row))))
    verdict = verdict_text(row, same_asked=facts.same_asked)
    name = f"  {metric_text(row)}"
    return name, before, after, moved, verdict, seen_text(row), note_text(row)


def _line(cells: Cells, widths: list[int]) -> str:
    """Values flush right, words flush left."""
    name, before, after, moved, verdict, seen, note = cells
    parts = (
        name.ljust(widths[0]),
        before.rjust(widths[1]),
        after.rjust(widths[2]),
        moved.ljust(widths[3]),
        verdict.ljust(widths[4]),
        seen.ljust(widths[5]),
        note,
    )
    return GAP.join(parts).rstrip()


def _coloured(line: str, row: ComparedMetric, verdict: str) -> Text:
    text = Text(line)
    start = line.find(verdict, line.find(change_text(row)) + len(change_text(row)))
    text.stylize(STYLES.get(row.verdict, OPEN), start, start + len(verdict))
    return text


def _refused(facts: ComparisonFacts) -> Iterator[str]:
    """One line per reason: most cases of a suite run the same code in both arms."""
    groups: dict[str, list[ComparedCase]] = {}
    for case in facts.refused:
        groups.setdefault(case.refusal, []).append(case)
    for why, cases in sorted(groups.items(), key=lambda group: -len(group[1])):
        names = some(tuple(dict.fromkeys(case.benchmark for case in cases)), 6)
        yield f"Not comparable, {count(len(cases), 'case')}: {shorten(why, 300)}"
        yield f"  {names}"
