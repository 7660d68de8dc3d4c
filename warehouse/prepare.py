"""Reads a landed file and makes it ready: all that can fail happens before the first insert."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import duckdb

from perf_pipeline.model import (
    Block,
    Event,
    MetricDefinition,
    Profile,
    RunRecord,
    Trial,
    VerdictRecord,
)
from warehouse import incoming
from warehouse.errors import LandingError
from warehouse.incoming import Rollups
from warehouse.landing import read

Insert = Callable[[duckdb.DuckDBPyConnection], None]
"""Inserts the records of one file; the transaction is the caller's."""

Declared = Callable[[Trial], tuple[MetricDefinition, ...]]
"""The metrics that the benchmark of a trial declares; empty where its run is not known."""

Summary = TypeVar("Summary")


def prepare(kind: str, path: Path, declared: Declared, rollups: Rollups) -> tuple[int, Insert]:
    """How many records a file holds, and what inserts them.

    Raises:
        LandingError: The file cannot be read, or its records cannot be summarised.
    """
    return _PREPARE[kind](path, declared, rollups)


def _runs(path: Path, _: Declared, __: Rollups) -> tuple[int, Insert]:
    records = read(path, RunRecord)
    return len(records), lambda connection: incoming.insert_runs(connection, records)


def _trials(path: Path, declared: Declared, rollups: Rollups) -> tuple[int, Insert]:
    trials = read(path, Trial)
    metrics = declared(trials[0])
    measurements = _summarised(path, lambda: rollups.measurements(trials, metrics))
    return len(trials), lambda connection: incoming.insert_trials(connection, trials, measurements)


def _blocks(path: Path, _: Declared, __: Rollups) -> tuple[int, Insert]:
    blocks = read(path, Block)
    return len(blocks), lambda connection: incoming.insert_blocks(connection, blocks)


def _profiles(path: Path, _: Declared, rollups: Rollups) -> tuple[int, Insert]:
    profiles = read(path, Profile)
    hotspots = _summarised(
        path, lambda: [spot for profile in profiles for spot in rollups.hotspots(profile)]
    )
    return len(profiles), lambda connection: incoming.insert_profiles(
        connection, profiles, hotspots
    )


def _verdicts(path: Path, _: Declared, __: Rollups) -> tuple[int, Insert]:
    verdicts = read(path, VerdictRecord)
    return len(verdicts), lambda connection: incoming.insert_verdicts(connection, verdicts)


def _events(path: Path, _: Declared, __: Rollups) -> tuple[int, Insert]:
    events = read(path, Event)
    return len(events), lambda connection: incoming.insert_events(connection, events)


_PREPARE = {
    "runs": _runs,
    "trials": _trials,
    "blocks": _blocks,
    "profiles": _profiles,
    "verdicts": _verdicts,
    "events": _events,
}


def _summarised(path: Path, summarise: Callable[[], Sequence[Summary]]) -> Sequence[Summary]:
    try:
        return summarise()
    except Exception as error:  # one odd file must not keep the rest of the night out
        why = f"{type(error).__name__}: {error}"
        raise LandingError(f"Landing file {path} cannot be summarised ({why}).") from error
