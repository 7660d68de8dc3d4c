"""Changes of one night that have one cause, put together: what headline and alerts count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perf_pipeline.analysis.sentence import counted
from perf_pipeline.model import Fact, Verdict, VerdictRecord, short_hash
from perf_pipeline.report.ranking import weight
from perf_pipeline.report.units import change
from perf_pipeline.report.words import metric_sentence

NAMED = 3
"""So many files stand in a cause; the others are counted."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of tonight with what moved beneath it.

    `parts` are the files and packages whose content differs between reference and tonight, of
    those that the case really loads. `span` are the revisions between which it happened, as
    people name them.
    """

    row: VerdictRecord
    parts: tuple[str, ...]
    span: tuple[str, str]
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A finding: its changes, the weightiest first, and what they have in common."""

    finding_id: str
    verdict: Verdict
    changes: tuple[VerdictRecord, ...]
    cause: str
    reason: str


def group(changes: Sequence[Changed]) -> tuple[Found, ...]:
    """Put changes together: the same way, between the same revisions, with a part in common.

    Metrics of one case always belong together. A change of which nothing is known to have moved
    stands alone. Derived metrics join the finding of their case and never open one. Worse ones
    come first, then those with most cases.
    """
    openers = [one for one in changes if not one.is_derived]
    found = [_found(members, changes) for members in _components(openers)]
    return tuple(
        sorted(found, key=lambda one: (one.verdict is not Verdict.WORSE, -_cases(one.changes)))
    )


def changed_parts(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[str, ...]:
    """Names of the code that came, went or differs between two nights of a case."""
    was = {fact.name: fact.value for fact in before}
    now = {fact.name: fact.value for fact in after}
    return tuple(sorted(name for name in {**was, **now} if was.get(name) != now.get(name)))


def told_cause(
    span: tuple[str, str], parts: Sequence[str], beside: Sequence[str] = (), note: str = ""
) -> str:
    """Where a change came from: `4f0c2d1..9a8b7c6: work.py; zstandard 0.24 → 0.25`."""
    revisions = "..".join(span) if all(span) and span[0] != span[1] else ""
    more = len(parts) - NAMED
    files = ", ".join(parts[:NAMED]) + (f" and {more} more" if more > 0 else "")
    code = ": ".join(filter(None, (revisions, files)))
    packages = ", ".join(beside[:NAMED])
    return "; ".join(filter(None, (code, packages, note)))


def _components(changes: Sequence[Changed]) -> Iterator[list[Changed]]:
    """Those that hang together over shared parts, in the order given."""
    groups: list[tuple[set[tuple[object, ...]], list[Changed]]] = []
    for one in changes:
        keys = _keys(one)
        touched = [entry for entry in groups if entry[0] & keys]
        groups = [entry for entry in groups if not entry[0] & keys]
        members = [member for _, found in touched for member in found]
        groups.append((keys.union(*(held for held, _ in touched)), [*members, one]))
    for _, members in groups:
        yield members


def _keys(one: Changed) -> set[tuple[object, ...]]:
    way = one.row.verdict
    shared = {(way, one.span, part) for part in one.parts}
    return {(way, "case", one.row.case_id), *shared}


def _found(members: Sequence[Changed], changes: Sequence[Changed]) -> Found:
    cases = {one.row.case_id for one in members}
    way = members[0].row.verdict
    joined = [
        one
        for one in changes
        if one.is_derived and one.row.verdict is way and one.row.case_id in cases
    ]
    rows = sorted((one.row for one in (*members, *joined)), key=_weightiest_first)
    given = [row.finding_id for row in rows if row.finding_id]
    lead = rows[0]
    first = min(row.change_id for row in rows)
    return Found(
        finding_id=given[0] if given else short_hash("finding", lead.campaign_id, way.value, first),
        verdict=way,
        changes=tuple(rows),
        cause=_common_cause(members),
        reason=_sentence(rows, _common_cause(members)),
    )


def _common_cause(members: Sequence[Changed]) -> str:
    """The cause all have, else that of most."""
    causes = [one.row.cause for one in members]
    return max(causes, key=causes.count)


def _sentence(rows: Sequence[VerdictRecord], cause: str) -> str:
    lead = rows[0]
    moved = ""
    if lead.change_percent is not None:
        moved = f" {change(lead.change_percent, lead.low_percent, lead.high_percent)}"
    others = _cases(rows) - 1
    like = f" and {counted(others, 'case')} like it" if others else ""
    since = f"; {cause}" if cause else ""
    return f"{lead.benchmark}: {metric_sentence(lead.metric)}{moved}{like}{since}"


def _cases(rows: Sequence[VerdictRecord]) -> int:
    return len({row.case_id for row in rows})


def _weightiest_first(row: VerdictRecord) -> tuple[float, float, str, str]:
    """By what it comes to at least, then by what it probably is."""
    least, size = weight(row.change_percent, row.low_percent, row.high_percent)
    return (-least, -size, row.benchmark, row.metric)
