"""A pin: a named, kept campaign, as a text that belongs into version control."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from typing import Any

from perf_pipeline.analysis.measurement import summarise
from perf_pipeline.campaign.errors import CampaignError
from perf_pipeline.campaign.store import Store
from perf_pipeline.model import (
    Case,
    Event,
    EventKind,
    Measurement,
    RunRecord,
    TrialStatus,
)

FORMAT = 1
"""Moves when a field of the text changes its meaning."""


@dataclass(frozen=True, slots=True)
class PinnedSeries:
    """One metric of one case in a pin; `values` are the numbers of its trials."""

    benchmark: str
    parameters: str
    case_key: str
    metric: str
    unit: str
    value: float
    values: tuple[float, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A campaign as it is kept; `night` is an ISO date."""

    name: str
    suite: str
    machine: str
    campaign_id: str
    night: str
    revision: str
    uncommitted: bool
    series: tuple[PinnedSeries, ...]


def pin_of(store: Store, suite: str, name: str, campaign_id: str) -> Pin:
    """What is kept of a campaign under a name, read from landing.

    Raises:
        CampaignError: It is no campaign of the suite, or has measured nothing.
    """
    runs = store.runs(campaign_id)
    if not runs or runs[0].suite != suite:
        raise CampaignError(
            f"There is no campaign {campaign_id!r} of suite {suite}.",
            todo='List them: perf-pipeline sql "select campaign from v_campaigns"',
        )
    start = runs[0]
    series = tuple(_series(store, start))
    if not series:
        raise CampaignError(
            f"Campaign {campaign_id} has measured nothing that could be pinned.",
            todo="Pin another: perf-pipeline pin NAME --campaign ...",
        )
    return Pin(
        name=name,
        suite=suite,
        machine=start.machine.name,
        campaign_id=campaign_id,
        night=start.night.isoformat(),
        revision=start.revision,
        uncommitted=start.uncommitted,
        series=series,
    )


def pin_text(pin: Pin) -> str:
    """The pin as JSON: a line per series, so that two of them can be told apart line by line."""
    head = {name: value for name, value in asdict(pin).items() if name != "series"}
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    rows = ",\n".join(f"    {json.dumps(asdict(one), ensure_ascii=False)}" for one in pin.series)
    return "\n".join(["{", f'  "format": {FORMAT},', *lines, '  "series": [', rows, "  ]", "}", ""])


def read_pin(text: str) -> Pin:
    """The pin that a text holds.

    Raises:
        CampaignError: It is no pin, or one of a newer version.
    """
    try:
        found: dict[str, Any] = json.loads(text)
        if found.pop("format") > FORMAT:
            raise CampaignError(
                "The pin is from a newer version.", todo="Update perf-pipeline and read it again."
            )
        series = tuple(
            PinnedSeries(**(row | {"values": tuple(map(float, row["values"]))}))
            for row in found.pop("series")
        )
        return Pin(**found, series=series)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        names = ", ".join(field.name for field in fields(Pin))
        raise CampaignError(
            "This file is no pin.",
            why=f"{type(error).__name__}: {error}; a pin has format, {names}.",
            todo="Make one: perf-pipeline pin NAME --output FILE",
        ) from error


def pins_in(events: tuple[Event, ...]) -> tuple[Pin, ...]:
    """The pins that people kept, oldest first; of each name the last. Unreadable ones are not."""
    ordered = sorted(events, key=lambda one: one.recorded_at)
    kept = {one.subject_id: one for one in ordered if one.kind is EventKind.PIN}
    found = []
    for one in sorted(kept.values(), key=lambda event: event.recorded_at):
        with suppress(CampaignError):
            found.append(read_pin(one.payload))
    return tuple(found)


def _series(store: Store, start: RunRecord) -> list[PinnedSeries]:
    cases = {case.case_id: case for record in start.benchmarks for case in record.cases}
    return [
        _pinned(one, cases[one.case_id], one.value)
        for one in _measurements(store, start)
        if one.value is not None and one.case_id in cases
    ]


def _measurements(store: Store, start: RunRecord) -> list[Measurement]:
    found: list[Measurement] = []
    for record in start.benchmarks:
        attempts = store.attempts(start.campaign_id, record.name)
        number = next((one.number for one in attempts if one.status is TrialStatus.OK), None)
        if number is not None:
            trials = store.trials(start.campaign_id, record.name, number)
            found.extend(summarise(trials, record.metrics))
    return found


def _pinned(one: Measurement, case: Case, value: float) -> PinnedSeries:
    return PinnedSeries(
        benchmark=one.benchmark,
        parameters=case.parameters,
        case_key=one.case_key,
        metric=one.metric.name,
        unit=one.metric.unit,
        value=value,
        values=one.trial_values,
        fingerprint=one.fingerprint,
    )
