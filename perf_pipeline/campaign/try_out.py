"""Call a benchmark once, to see whether it runs at all; nothing is kept."""

from __future__ import annotations

from perf_pipeline.measure.outcome import Outcome
from perf_pipeline.measure.request import Draw, TrialRequest
from perf_pipeline.measure.trial import run_trial
from perf_pipeline.suite.benchmark import Benchmark, BudgetName

LOAD_S = 1.0
"""For so long requests are sent to a service."""


def try_out(benchmark: Benchmark) -> Outcome:
    """One short trial of the first case that the quick budget has."""
    cases = benchmark.record.cases
    case = next((one for one in cases if one.in_budget), cases[0])
    request = TrialRequest(
        benchmark=benchmark,
        case=case,
        draw=Draw(hash_seed=1, padding=0, heap_seed=1),
        values=1,
        warmups=1,
        duration_s=LOAD_S if benchmark.load else 0.0,
        timeout_s=benchmark.budget(BudgetName.QUICK).timeout_s,
        loops=1,
    )
    return run_trial(request)
