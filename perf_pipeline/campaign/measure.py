"""Measure one benchmark: what counts is kept, what is missing is measured, then landed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from perf_pipeline.campaign.control import run_control
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.profile import profile_benchmark
from perf_pipeline.measure.trials import measure_benchmark, refused_trial
from perf_pipeline.model import (
    Attempt,
    BenchmarkRecord,
    Case,
    LoadOutcome,
    Trial,
    TrialStatus,
    short_hash,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The attempt that stands after a use of `measure`.

    `kept` says that it counted already and nothing was run. `busy` says why the warehouse could
    not take it yet; it is landed all the same.
    """

    attempt: Attempt
    kept: bool
    loaded: LoadOutcome


def measure(campaign: Campaign, name: str) -> Measured:
    """Make sure that a benchmark has an attempt that counts, or a new one that says why not.

    A run begins with its A/A control, also one that measures a single benchmark.

    An attempt that ended `ok` counts for ever and is never measured again; slow results are never
    repeated, failed ones are when the campaign is resumed.
    """
    run_control(campaign)
    record = campaign.find_record(name)
    attempts = campaign.store.attempts(campaign.campaign_id, name)
    kept = next((one for one in attempts if one.status is TrialStatus.OK), None)
    number = kept.number if kept else len(attempts) + 1
    if kept is None:
        campaign.store.land_trials(_attempt(campaign, record, number))
    profile_benchmark(campaign, name, number)
    loaded = campaign.store.load()
    now = campaign.store.attempts(campaign.campaign_id, name)
    standing = next(one for one in now if one.number == number)
    return Measured(standing, kept is not None, loaded)


def summary(measured: Measured, duration_s: float) -> str:
    """One line on how it went: `ok, 10 trials in 2.1 s`, or what failed."""
    attempt = measured.attempt
    if measured.kept:
        return f"{attempt.status.value}, kept from attempt {attempt.number}"
    if attempt.status is TrialStatus.OK:
        return f"ok, {attempt.trials} trials in {duration_s:.3g} s"
    return f"{attempt.status.value}: {'; '.join(attempt.faults)}"


def _attempt(campaign: Campaign, record: BenchmarkRecord, number: int) -> tuple[Trial, ...]:
    """All trials of a new attempt, or one refusal per case where nothing can be run."""
    benchmark = campaign.find(record.name)
    if benchmark is None:
        reason = _fault(campaign, record)
        return _refused(campaign, record, number, TrialStatus.CONFIGURATION_FAILURE, reason)
    if not campaign.record.fit:
        reason = f"the machine is unfit: {campaign.record.fit_reason}"
        return _refused(campaign, record, number, TrialStatus.ENVIRONMENT_FAILURE, reason)
    return measure_benchmark(benchmark, campaign.context, number, campaign.tell_trial)


def _fault(campaign: Campaign, record: BenchmarkRecord) -> str:
    """What is wrong with a declaration that was valid, or not, when the campaign began."""
    now = {one.name: one.fault for one in campaign.suite.invalid}
    gone = f"suite {campaign.suite.name} has no benchmark {record.name} any more"
    return now.get(record.name, record.fault or gone)


def _refused(
    campaign: Campaign, record: BenchmarkRecord, number: int, status: TrialStatus, reason: str
) -> tuple[Trial, ...]:
    whole = Case(short_hash(campaign.suite.name, record.name), "", "{}")
    cases = [case for case in record.cases if case.in_budget] or [whole]
    return tuple(
        replace(
            refused_trial(record, campaign.context, number, case), status=status, message=reason
        )
        for case in cases
    )
