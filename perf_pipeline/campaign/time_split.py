"""Where the wall time of each case went, from what the kernel counted."""

from __future__ import annotations

from dataclasses import dataclass

from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.model import Trial, TrialStatus, parameters_label


@dataclass(frozen=True, slots=True)
class TimeSplit:
    """Shares (0 to 1) of a case's timed wall time, summed over its `ok` trials.

    Several threads on CPU at once make `cpu_share` exceed 1; shares need not add up to 1 then.
    """

    benchmark: str
    case: str
    wall_ns: float
    cpu_share: float
    run_queue_share: float
    waiting_share: float
    minor_faults_per_cpu_s: float


def time_splits(campaign: Campaign) -> tuple[TimeSplit, ...]:
    """One per case that ran, in the order of the suite."""
    found = []
    for record in campaign.record.benchmarks:
        attempts = campaign.store.attempts(campaign.campaign_id, record.name)
        if attempts:
            number = attempts[-1].number
            trials = campaign.store.trials(campaign.campaign_id, record.name, number)
            found += [_split(ran) for ran in _by_case(trials)]
    return tuple(found)


def _by_case(trials: tuple[Trial, ...]) -> list[list[Trial]]:
    cases: dict[str, list[Trial]] = {}
    for trial in trials:
        if trial.status is TrialStatus.OK and trial.counters.wall_ns:
            cases.setdefault(trial.case_id, []).append(trial)
    return list(cases.values())


def _split(trials: list[Trial]) -> TimeSplit:
    wall = sum(trial.counters.wall_ns for trial in trials)
    cpu = sum(trial.counters.cpu_ns for trial in trials)
    queue = sum(trial.counters.run_queue_ns for trial in trials)
    faults = sum(trial.counters.minor_faults for trial in trials)
    return TimeSplit(
        benchmark=trials[0].benchmark,
        case=parameters_label(trials[0].parameters),
        wall_ns=wall,
        cpu_share=cpu / wall,
        run_queue_share=queue / wall,
        waiting_share=max(0.0, wall - cpu - queue) / wall,
        minor_faults_per_cpu_s=faults / (cpu / 1e9) if cpu else 0.0,
    )
