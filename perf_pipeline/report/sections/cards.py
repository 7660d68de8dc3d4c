"""What to do first: at most three cards, one per benchmark or cause, surest first.

A gain is `about` so much only where both sides were measured; what a profile promises is
`at most`: the share of a function bounds what can be saved (Amdahl), no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from perf_pipeline.model import (
    FrameKind,
    Hotspot,
    MetricKind,
    TrialStatus,
    Verdict,
    VerdictRecord,
    short_hash,
)
from perf_pipeline.report import commands
from perf_pipeline.report.facts import Cause
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Card
from perf_pipeline.report.sections import changes, targets
from perf_pipeline.report.sections.hotspots import saves
from perf_pipeline.report.sentence import like
from perf_pipeline.report.tally import Outcome, Tally
from perf_pipeline.report.text import clean, count, place, shorten, some
from perf_pipeline.report.units import quantity, scale_for, share
from perf_pipeline.report.words import (
    STATUS_WORDS,
    Quantity,
    gave_none,
    metric_sentence,
    metric_title,
    quantity_of,
)

CARDS = 3
WORTH_DOING = 0.05
"""A function that holds less of its case than this gets no card."""


def do_first(index: Index, counts: Tally) -> tuple[Card, ...]:
    """Findings, a machine to quiet, failures, suspicions, missed targets, hotspots not new."""
    chosen: dict[str, Card] = {}
    for card in _candidates(index, counts):
        about = card.benchmark or card.title
        if about not in chosen and len(chosen) < CARDS:
            command = card.command or commands.measure_again(index.facts, card.benchmark)
            chosen[about] = replace(card, number=len(chosen) + 1, command=command)
    return tuple(chosen.values())


def _candidates(index: Index, counts: Tally) -> Iterator[Card]:
    for row in _leads(changes.found(index, Outcome.WORSE)):
        yield _worse(index, row)
    for row in _leads(changes.found(index, Outcome.STILL_WORSE)):
        card = _worse(index, row)
        yield replace(card, title=f"{card.title}, still worse")
    yield from _contended(index)
    yield from _failures(index, counts)
    for row in changes.found(index, Outcome.SUSPECTED):
        if changes.goes_worse(index, row):
            yield _suspect(index, row)
    yield from _misses(index)
    for benchmark, spot in _old_hotspots(index):
        yield _hot(index, benchmark, spot)


def _contended(index: Index) -> Iterator[Card]:
    """Right after what is proven, where most of the night says little about the wall clock."""
    cases = {row.case_id: row.contended for row in index.facts.measurements if row.trials}
    disturbed = sum(cases.values())
    if 2 * disturbed > len(cases):
        yield Card(
            "",
            "",
            "Others used the machine: quiet it and run again",
            f"{disturbed:,} of {count(len(cases), 'case')} were contended. perf-pipeline doctor "
            "says what else disturbs this machine.",
            "Until then verdicts on wall time are withheld.",
            command=commands.measure_again(index.facts),
        )


def _leads(rows: list[VerdictRecord]) -> Iterator[VerdictRecord]:
    """What is worse, each finding once with its weightiest change."""
    told: set[str] = set()
    for row in rows:
        if row.finding_id not in told:
            yield row
        told |= {row.finding_id} - {""}


def _worse(index: Index, row: VerdictRecord) -> Card:
    cause, finding = index.cause(row), index.findings.get(row.finding_id)
    known = cause is not None and bool(cause.function)
    title = f"{shorten(cause.function, 40)}()" if cause and known else metric_title(row.metric)
    more = like(index, finding) if finding else ""
    return Card(
        row.finding_id if more else row.change_id or row.verdict_id,
        row.benchmark,
        f"{title}{more}",
        _why_worse(index, row, cause),
        _returns(index, row),
        command=next(iter(commands.compare_again(index.facts, row)), ""),
        what="finding" if more else "change",
    )


def _why_worse(index: Index, row: VerdictRecord, cause: Cause | None) -> str:
    moved = f"{metric_sentence(row.metric)} {changes.change_text(index, row)}"
    if cause is None:
        between = f", {shorten(row.cause, 160)}" if row.cause else ""
        return f"{moved}{between}. Not profiled on both sides.{_hottest(index, row)}"
    since = f", since {shorten(cause.since, 80)}" if cause.since else ""
    if cause.functions > 1:
        return f"{moved}, spread over {cause.functions} functions{since}; no single cause."
    part = "Most" if cause.share is None else share(cause.share)
    held = f"{part} of the extra is in {shorten(cause.function, 60)}"
    note = f" {shorten(cause.note, 160)}" if cause.note else ""
    return f"{moved}. {held}, {place(cause.file, cause.line)}{since}.{note}"


def _returns(index: Index, row: VerdictRecord) -> str:
    """What undoing the change gives back, from both measured sides."""
    if row.before is None or row.after is None:
        return "What it returns cannot be said: one side was not measured."
    if index.kind(row) is MetricKind.EXACT:
        gained, after = index.shown(row, abs(row.after - row.before), row.after)
        return f"Undoing it returns {gained} of {after}."
    unit = index.unit(row)
    scale = scale_for((row.after - row.before,), unit)
    gained = scale.text(abs(row.after - row.before))
    said = f"Undoing it returns about {gained} of {quantity(row.after, unit)}"
    if row.low_percent is None or row.high_percent is None:
        return f"{said}."
    ends = sorted(abs(row.before * end / 100) for end in (row.low_percent, row.high_percent))
    return f"{said} ({scale.bare(ends[0])} to {scale.bare(ends[1])})."


def _failures(index: Index, counts: Tally) -> Iterator[Card]:
    """One card for all benchmarks that ended alike with the same message."""
    groups: dict[tuple[TrialStatus, str], list[str]] = {}
    for fault in counts.missing:
        if fault.status is not TrialStatus.SKIPPED:
            groups.setdefault((fault.status, fault.message), []).append(fault.benchmark)
    for (status, message), names in groups.items():
        alike = tuple(dict.fromkeys(names))
        several = len(alike) > 1
        ended = f"{count(len(alike), 'benchmark')} {gave_none(status, len(alike))}"
        left_out = f"{len(alike):,} of {count(counts.planned, 'benchmark')}"
        yield Card(
            short_hash(status.value, clean(message)),
            "" if several else alike[0],
            f"{ended}: {shorten(message, 120)}" if several else STATUS_WORDS[status],
            f"{some(alike, 6)}." if several else shorten(message, 240),
            f"Until then the verdict leaves out {left_out}.",
            command=commands.measure_again(index.facts, *alike),
            what="failure",
        )


def _suspect(index: Index, row: VerdictRecord) -> Card:
    before, after = index.shown(row, row.before, row.after)
    title = f"is {metric_title(row.metric)} really worse?"
    moved = changes.change_text(index, row)
    known = f", from {before} to {after}" if row.before is not None else f", now {after}"
    why = f"{moved}{known}: suspected, not confirmed.{_hottest(index, row)}"
    gain = "Measure it again before changing code: machine or code is open."
    return Card(row.verdict_id, row.benchmark, title, why, gain, what="change")


def _hottest(index: Index, row: VerdictRecord) -> str:
    spot = _hot_spot(index, row)
    if spot is None:
        return ""
    where = place(spot.file, spot.line)
    return f" Hottest function: {_name(spot)}, {where}, {share(spot.self_share)} of the time."


def _hot_spot(index: Index, row: VerdictRecord) -> Hotspot | None:
    """The function to look at; a profile of time says nothing about any other quantity."""
    is_time = quantity_of(index.unit(row)) is Quantity.TIME
    return index.hottest.get(row.benchmark) if is_time else None


def _misses(index: Index) -> Iterator[Card]:
    """One card for all benchmarks that miss a target on the same metric, gravest first."""
    groups: dict[str, list[VerdictRecord]] = {}
    missed = targets.of(index.targets, Verdict.MISSED)
    for row in sorted(missed, key=lambda row: (not row.critical, not row.severe)):
        groups.setdefault(row.metric, []).append(row)
    for rows in groups.values():
        others = len({row.benchmark for row in rows} - {rows[0].benchmark})
        yield _missed(index, rows[0], f", and {count(others, 'other')} alike" if others else "")


def _missed(index: Index, row: VerdictRecord, others: str) -> Card:
    title = f"{metric_title(row.metric)} misses its target{others}"
    figures = f"{targets.reached(index, row)} measured, {targets.wanted(index, row)} wanted."
    case = index.case_label(row.case_id)
    why = f"{f'At {case}: ' if case else ''}{figures}{_hottest(index, row)}"
    spot = _hot_spot(index, row)
    gain = _at_most(index, spot) if spot else ""
    return Card(row.verdict_id, row.benchmark, title, why, gain, what="target")


def _old_hotspots(index: Index) -> list[tuple[str, Hotspot]]:
    """By what can be saved; of the benchmark's own code, where somebody can save it."""
    best = [
        (index.profiles[spot.profile_id].benchmark, spot)
        for spot in index.facts.hotspots
        if spot.profile_id in index.profiles
        and spot.kind is FrameKind.OWN
        and spot.saves_at_most >= WORTH_DOING
    ]
    return sorted(best, key=lambda found: -found[1].saves_at_most)


def _at_most(index: Index, spot: Hotspot) -> str:
    of = saves(index, spot)
    part = f"{share(spot.saves_at_most)} ({of})" if of else share(spot.saves_at_most)
    return f"At most {part} if {_name(spot)} cost nothing."


def _hot(index: Index, benchmark: str, spot: Hotspot) -> Card:
    where = place(spot.file, spot.line)
    why = f"{share(spot.self_share)} of the time is spent in {_name(spot)} itself, {where}."
    row_id = f"{spot.profile_id}-{spot.rank}"
    title = f"{_name(spot)} holds {share(spot.self_share)} of it"
    return Card(row_id, benchmark, title, why, _at_most(index, spot), what="hotspot")


def _name(spot: Hotspot) -> str:
    return f"{shorten(spot.function, 40)}()"
