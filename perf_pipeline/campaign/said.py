"""Verdicts of a campaign, before the figures are filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import Measurement, Subject, Verdict, VerdictRecord, short_hash


def said(
    campaign: Campaign, subject: Subject, verdict: Verdict, reason: str, *natural_key: str
) -> VerdictRecord:
    """What every verdict of a campaign has; `natural_key` tells it from others on the subject."""
    context = campaign.context
    return VerdictRecord(
        verdict_id=short_hash(context.campaign_id, subject.value, *natural_key),
        campaign_id=context.campaign_id,
        run_id=context.run_id,
        suite=context.suite,
        machine=context.machine,
        night=context.night,
        subject=subject,
        verdict=verdict,
        reason=reason,
        decided_at=datetime.now(UTC),
    )


def about(record: VerdictRecord, measurement: Measurement) -> VerdictRecord:
    """The verdict with the case, metric and value it speaks of."""
    return replace(
        record,
        benchmark=measurement.benchmark,
        component=measurement.component,
        case_id=measurement.case_id,
        case_key=measurement.case_key,
        metric=measurement.metric.name,
        unit=measurement.metric.unit,
        after=measurement.value,
        n=measurement.trials,
        fingerprint=measurement.fingerprint,
    )
