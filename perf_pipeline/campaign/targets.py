"""Hold a benchmark's measurements to its targets."""

from __future__ import annotations

import json
from dataclasses import replace

from perf_pipeline.analysis.measurement import summarise
from perf_pipeline.analysis.targets import judge_target
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.past import previous_campaign
from perf_pipeline.campaign.said import about, said
from perf_pipeline.model import (
    Ground,
    Measurement,
    Subject,
    TargetDefinition,
    Verdict,
    VerdictRecord,
)


def standing_measurements(campaign: Campaign, name: str, attempt: int) -> tuple[Measurement, ...]:
    """The measurements of one attempt, straight from landing: they need no warehouse."""
    trials = campaign.store.trials(campaign.campaign_id, name, attempt)
    return summarise(trials, campaign.find_record(name).metrics) if trials else ()


def judge_targets(
    campaign: Campaign, name: str, measurements: tuple[Measurement, ...]
) -> tuple[VerdictRecord, ...]:
    """Land and return a verdict for every case and target of a benchmark."""
    record = campaign.find_record(name)
    verdicts = tuple(
        _verdict(campaign, one, target)
        for target in record.targets
        for one in measurements
        if one.metric.name == target.metric and is_held(one.parameters, target.where)
    )
    if verdicts:
        campaign.store.land_verdicts(verdicts)
    return verdicts


def targets_met_before(campaign: Campaign, name: str) -> frozenset[tuple[str, str]]:
    """(case, metric) of a benchmark's targets that were met in the campaign before this one."""
    previous = previous_campaign(campaign)
    verdicts = campaign.store.verdicts(previous) if previous else ()
    return frozenset(
        (one.case_id, one.metric)
        for one in verdicts
        if one.benchmark == name and one.verdict is Verdict.MET
    )


def is_held(parameters: str, where: str) -> bool:
    """Whether a target that is declared for some parameters holds a case."""
    wanted = json.loads(where).items()
    return bool(wanted <= json.loads(parameters).items())


def _verdict(
    campaign: Campaign, measurement: Measurement, target: TargetDefinition
) -> VerdictRecord:
    judged = judge_target(measurement, target)
    key = (measurement.case_id, target.metric, target.where)
    verdict = said(campaign, Subject.TARGET, judged.verdict, judged.reason, *key)
    return replace(
        about(verdict, measurement),
        unit=target.unit,
        ground=Ground.TARGET,
        target=target.target,
        critical=target.critical,
        severe=judged.severe,
    )
