"""Profile benchmarks: one untimed trial each, and what the deep dive asks for beside it."""

from __future__ import annotations

from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.measure.profiled import ProfileRequest, profile_case
from perf_pipeline.model import Case, Day, Profile, Trial, TrialStatus
from perf_pipeline.profilers.choice import find_profiler
from perf_pipeline.suite.benchmark import Benchmark, BudgetName

SHARE_OF_MEASURING = 0.1
SHORTEST_S = 1.0
"""Under a second the sampler sees too little to say anything; short benchmarks pay more than a
tenth of their time for it."""
LONGEST_S = {BudgetName.QUICK: 2.0, BudgetName.NIGHTLY: 15.0, BudgetName.FULL: 600.0}
"""Of a deep-dive benchmark, whose profile is what it is run for."""


def profile_benchmark(campaign: Campaign, name: str, attempt: int) -> None:
    """Profile the costliest case of a measured benchmark, unless that is landed already."""
    benchmark = campaign.find(name)
    if benchmark is None or not benchmark.profiling.sampler or not campaign.record.fit:
        return
    profiles = campaign.store.profiles(campaign.campaign_id)
    if any((one.benchmark, one.attempt) == (name, attempt) for one in profiles):
        return
    trials = campaign.store.trials(campaign.campaign_id, name, attempt)
    case = _costliest(benchmark, trials)
    if case is not None:
        campaign.store.land_profiles([_profile(campaign, benchmark, case, trials, attempt)])


def _profile(
    campaign: Campaign, benchmark: Benchmark, case: Case, trials: tuple[Trial, ...], attempt: int
) -> Profile:
    request = ProfileRequest(
        benchmark=benchmark,
        case=case,
        profiler=find_profiler(benchmark.profiling.sampler),
        rate_hz=benchmark.profiling.rate_hz,
        duration_s=_duration_s(benchmark, campaign.context.budget, trials),
        attempt=attempt,
    )
    return profile_case(request, campaign.context)


def _duration_s(benchmark: Benchmark, budget: BudgetName, trials: tuple[Trial, ...]) -> float:
    """A tenth of the measuring, or what a deep-dive benchmark declares within its budget."""
    declared = benchmark.profiling.duration_s
    if benchmark.record.day is Day.DEEP_DIVE:
        return min(declared, LONGEST_S[budget])
    measured_s = sum(trial.duration_ns for trial in trials) / 1e9
    return max(SHORTEST_S, min(declared, SHARE_OF_MEASURING * measured_s))


def _costliest(benchmark: Benchmark, trials: tuple[Trial, ...]) -> Case | None:
    """The case with the most CPU time per call among those that ran; None if none did."""
    cost = {
        trial.case_id: trial.counters.cpu_ns / max(1, trial.iterations)
        for trial in trials
        if trial.status is TrialStatus.OK
    }
    if not cost:
        return None
    costliest = max(cost, key=lambda case_id: cost[case_id])
    return next(case for case in benchmark.record.cases if case.case_id == costliest)
