"""Every judged figure against its own past: the night's screen."""

from __future__ import annotations

import math
from dataclasses import replace

from perf_pipeline.analysis.screen import ScreenResult, screen
from perf_pipeline.campaign.attempts import standing_attempt
from perf_pipeline.campaign.changes.earlier import Earlier, read_earlier
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.said import about, said
from perf_pipeline.campaign.targets import standing_measurements
from perf_pipeline.model import (
    CampaignKind,
    Day,
    Ground,
    Measurement,
    MetricKind,
    SeriesPoint,
    State,
    Subject,
    TrialStatus,
    Verdict,
    VerdictRecord,
)


def judge_changes(
    campaign: Campaign, *days: Day, earlier: Earlier | None = None
) -> tuple[VerdictRecord, ...]:
    """Land and return a verdict for every judged (case, metric) of these days, or of all.

    What the screen sees is only suspected: the verdict stays inconclusive until an A/B confirms
    it. Where one has spoken already it is not overruled by landing the screen again. Ad-hoc
    campaigns are outside the screen.

    Args:
        campaign: Of tonight.
        days: Whose benchmarks; all when none is named.
        earlier: The past where it is known already, else it is read.
    """
    if campaign.record.kind is not CampaignKind.FULL:
        return ()
    if earlier is None:
        campaign.store.load()
        earlier = read_earlier(campaign)
    environment = campaign.record.environment_id
    verdicts = tuple(
        _verdict(campaign, one, _screened(one, measurements, earlier, environment))
        for measurements in _by_benchmark(campaign, days)
        for one in measurements
        if one.metric.judged
    )
    _land(campaign, verdicts)
    return verdicts


def _land(campaign: Campaign, verdicts: tuple[VerdictRecord, ...]) -> None:
    tested = {
        (row.case_id, row.metric)
        for row in campaign.store.verdicts(campaign.campaign_id)
        if row.subject is Subject.CHANGE and row.comparison
    }
    fresh = [row for row in verdicts if (row.case_id, row.metric) not in tested]
    if fresh:
        campaign.store.land_verdicts(fresh)


def _by_benchmark(campaign: Campaign, days: tuple[Day, ...]) -> list[tuple[Measurement, ...]]:
    found = []
    for record in campaign.record.benchmarks:
        benchmark = campaign.find(record.name) if record.day in (days or Day) else None
        standing = standing_attempt(campaign.store.attempts(campaign.campaign_id, record.name))
        if standing and benchmark is not None and benchmark.regression_enabled:
            found.append(standing_measurements(campaign, record.name, standing.number))
    return found


def _screened(
    tonight: Measurement, siblings: tuple[Measurement, ...], earlier: Earlier, environment: str
) -> ScreenResult:
    if earlier.past.unreadable:
        why = f"no history: {earlier.past.unreadable}"
        return ScreenResult(State.NONE, Verdict.INCONCLUSIVE, why)
    if tonight.status is not TrialStatus.OK or tonight.value is None:
        return ScreenResult(State.NONE, Verdict.NOT_MEASURED, tonight.reason)
    return screen(
        earlier.level(tonight.case_key, tonight.metric.name),
        _point(tonight, environment),
        tonight.metric,
        scale_ns=_wall_ns(tonight, siblings),
    )


def _wall_ns(tonight: Measurement, siblings: tuple[Measurement, ...]) -> float | None:
    """The case's wall time, which says how much a change of waiting weighs."""
    return next(
        (
            one.value
            for one in siblings
            if one.case_id == tonight.case_id and one.metric.name == "wall_ns"
        ),
        None,
    )


def _point(tonight: Measurement, environment: str) -> SeriesPoint:
    return SeriesPoint(
        campaign_id=tonight.campaign_id,
        night=tonight.night,
        value=tonight.value or 0.0,
        trial_values=tonight.trial_values,
        fingerprint=tonight.fingerprint,
        environment_id=environment,
        contended=tonight.contended,
    )


def _verdict(campaign: Campaign, tonight: Measurement, result: ScreenResult) -> VerdictRecord:
    key = (tonight.case_id, tonight.metric.name)
    verdict = said(campaign, Subject.CHANGE, result.verdict, result.reason, *key)
    return replace(
        about(verdict, tonight),
        state=result.state,
        ground=Ground.SCREEN,
        reference="history",
        before=_before(tonight, result),
        change_percent=result.change_percent,
        low_percent=result.low_percent,
        high_percent=result.high_percent,
        detectable_percent=result.detectable_percent,
    )


def _before(tonight: Measurement, result: ScreenResult) -> float | None:
    """The level that tonight is compared with, in the metric's own unit."""
    positive = tonight.metric.kind is MetricKind.POSITIVE
    if tonight.value is None or result.change is None or not positive:
        return None
    return tonight.value / math.exp(result.change)
