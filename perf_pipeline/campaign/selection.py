"""Which benchmarks of a suite a campaign measures."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.model import BenchmarkRecord
from perf_pipeline.suite.benchmark import Suite


@dataclass(frozen=True, slots=True)
class Selection:
    """By name, by tag, or (empty) everything."""

    only: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


EVERYTHING = Selection()


def select(suite: Suite, selection: Selection) -> tuple[BenchmarkRecord, ...]:
    """The chosen benchmarks, invalid ones too: they are promised and will be reported missing.

    An invalid benchmark whose tags could not be read is part of every selection by tag.

    Raises:
        CampaignError: A name or tag that the suite does not have.
    """
    records = tuple(one.record for one in suite.benchmarks) + suite.invalid
    _check("benchmark", selection.only, {record.name for record in records})
    _check("tag", selection.tags, {tag for record in records for tag in record.tags})
    return tuple(record for record in records if _is_chosen(record, selection))


def _is_chosen(record: BenchmarkRecord, selection: Selection) -> bool:
    if selection.only:
        return record.name in selection.only
    unreadable = bool(record.fault) and not record.tags
    return not selection.tags or unreadable or bool(set(record.tags) & set(selection.tags))


def _check(what: str, asked: tuple[str, ...], known: set[str]) -> None:
    for name in asked:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise CampaignError(
                f"There is no {what} {name!r}.{hint}", todo="List them: perf-pipeline benchmarks"
            )
