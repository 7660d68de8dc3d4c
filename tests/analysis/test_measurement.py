"""The summary of one metric of one case in one campaign."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from examples import CALLS, CPU, HITS, P99, WAITING, observed, target, trial

from perf_pipeline.analysis.measurement import case_status, summarise
from perf_pipeline.analysis.targets import judge_target
from perf_pipeline.model import Counters, Measurement, TrialStatus, Verdict


def cpu_trials(levels: list[float], **changes: object) -> list:
    """A trial for each level, twenty equal values in each."""
    return [trial(i, observed(CPU, [level] * 20), **changes) for i, level in enumerate(levels)]


def only(measurements: tuple[Measurement, ...]) -> Measurement:
    """The only one."""
    assert len(measurements) == 1
    return measurements[0]


def test_value_is_the_trimmed_mean_of_logs() -> None:
    """Of five trials the lowest and highest are trimmed, the rest averaged on logs."""
    found = only(summarise(cpu_trials([100.0, 1.0, 2.0, 4.0, 0.5])))
    assert found.value == pytest.approx((1 * 2 * 4) ** (1 / 3))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert found.value / found.low == pytest.approx(found.high / found.value)


def test_counts_and_labels_are_kept() -> None:
    """Values, trials, first instant and code come from the counted trials."""
    found = only(summarise(cpu_trials([1.0, 1.1, 1.2, 1.3, 1.4, 1.5])))
    assert (found.n, found.trials, found.trials_started) == (120, 6, 6)
    assert (found.benchmark, found.case_key, found.fingerprint) == ("Encode", "key", "f1")
    assert found.measured_at == trial(0).measured_at
    assert (found.status, found.reason) == (TrialStatus.OK, "")
    assert (found.median, found.p90) == pytest.approx((1.25, 1.5))
    assert len(found.trial_values) == 6


def test_under_five_trials_the_value_stands_without_interval() -> None:
    """Four trials: shown, but nothing may be concluded."""
    found = only(summarise(cpu_trials([1.0, 1.1, 1.2, 1.3])))
    assert found.value == pytest.approx((1.0 * 1.1 * 1.2 * 1.3) ** 0.25)
    assert (found.low, found.high) == (None, None)
    assert found.reason == "4 trials, an interval needs 5"


def test_failed_trials_do_not_enter_but_are_counted() -> None:
    """One of seven timed out: its case is timed out, the value is that of the other six."""
    good = cpu_trials([1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    bad = trial(9, status=TrialStatus.TIMED_OUT, message="no answer within 60 s")
    found = only(summarise([*good, bad]))
    assert found.status is TrialStatus.TIMED_OUT
    assert found.reason == "1 of 7 trials timed out: no answer within 60 s"
    assert (found.value, found.low, found.trials, found.trials_started) == (1.0, 1.0, 6, 7)


def test_every_case_and_metric_has_a_row() -> None:
    """A case that failed wholly has a row for each metric that the others observed."""
    good = [trial(i, observed(CPU, [1.0]), observed(WAITING, [0.0]), case_id="a") for i in range(5)]
    bad = [trial(i, case_id="b", status=TrialStatus.FAILED, message="boom") for i in range(5)]
    found = summarise([*good, *bad])
    assert [(m.case_id, m.metric.name) for m in found] == [
        ("a", "cpu_ns"),
        ("a", "waiting_ns"),
        ("b", "cpu_ns"),
        ("b", "waiting_ns"),
    ]
    assert [m.value for m in found] == [1.0, 0.0, None, None]
    assert {m.reason for m in found[2:]} == {"boom"}


def test_metrics_that_nobody_observed_can_be_asked_for() -> None:
    """Where every trial failed, the caller names the metrics."""
    bad = [trial(0, status=TrialStatus.ENVIRONMENT_FAILURE, message="no redis on port 6379")]
    assert summarise(bad) == ()
    found = only(summarise(bad, [CPU]))
    assert (found.value, found.status) == (None, TrialStatus.ENVIRONMENT_FAILURE)
    assert found.reason == "no redis on port 6379"
    assert not found.contended


def test_skipped_trials_were_not_started() -> None:
    """A case left out of the budget says so and counts no trial."""
    found = only(summarise([trial(0, status=TrialStatus.SKIPPED, message="not in quick")], [CPU]))
    assert (found.trials_started, found.status) == (0, TrialStatus.SKIPPED)
    assert found.reason == "not in quick"


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        ([TrialStatus.OK, TrialStatus.OK], TrialStatus.OK),
        ([TrialStatus.OK, TrialStatus.INVALID], TrialStatus.INVALID),
        ([TrialStatus.INVALID, TrialStatus.FAILED, TrialStatus.OK], TrialStatus.FAILED),
        ([TrialStatus.SKIPPED, TrialStatus.OK], TrialStatus.SKIPPED),
    ],
)
def test_case_status_is_the_worst(statuses: list[TrialStatus], worst: TrialStatus) -> None:
    """Failed before timed out before invalid before the two failures of set-up."""
    trials = [trial(i, status=status) for i, status in enumerate(statuses)]
    assert case_status(trials)[0] is worst


def test_trials_of_two_attempts_are_refused() -> None:
    """Two attempts are never one measurement."""
    with pytest.raises(ValueError, match="several attempts"):
        summarise([trial(0, attempt=1), trial(1, attempt=2)])


def test_signed_metrics_are_averaged_as_they_are() -> None:
    """Waiting around 0 has an interval around 0."""
    values = [-2.0, -1.0, 0.0, 1.0, 2.0]
    found = only(summarise([trial(i, observed(WAITING, [v])) for i, v in enumerate(values)]))
    assert found.value == 0.0
    assert found.low == pytest.approx(-found.high)


def test_exact_metrics_must_agree() -> None:
    """Three equal trials are a value with certainty; a difference is a fault of the kind."""
    same = only(summarise([trial(i, observed(CALLS, [1234567.0])) for i in range(3)]))
    assert (same.value, same.low, same.high) == (1234567.0, 1234567.0, 1234567.0)
    two = only(summarise([trial(i, observed(CALLS, [7.0])) for i in range(2)]))
    assert (two.value, two.low, two.reason) == (7.0, None, "2 trials, an interval needs 3")
    other = [trial(i, observed(CALLS, [1234567.0 + (i == 1)])) for i in range(3)]
    fault = only(summarise(other))
    assert fault.value is None
    assert fault.reason == (
        "declared exact, but trials differ: 1,234,567 calls and 1,234,568 calls were seen"
    )


def test_positive_metrics_must_be_positive() -> None:
    """One 0 among them: no logarithm, no value, and what to declare instead."""
    found = only(summarise(cpu_trials([1.0, 1.0, 1.0, 1.0, 0.0])))
    assert found.value is None
    assert found.reason == (
        "in a trial 0 ns, but its kind is positive; declare kind signed or exact"
    )


def test_proportion_is_pooled_over_trials() -> None:
    """90 of 100 and 80 of 100 are 85 %; n counts attempts."""
    values = [9.0, 8.0] * 3
    trials = [trial(i, observed(HITS, [v], attempts=10)) for i, v in enumerate(values)]
    found = only(summarise(trials))
    assert found.value == pytest.approx(0.85)
    assert (found.n, found.median) == (60, None)
    assert 0.7 < found.low < 0.85 < found.high < 0.95


def p99(trials: int, observations: int) -> Measurement:
    """A p99 measured in so many trials of so many latencies."""
    latencies = np.random.default_rng(1).lognormal(size=(trials, observations))
    return only(summarise([trial(i, observed(P99, row)) for i, row in enumerate(latencies)]))


def test_percentile_needs_five_trials_with_enough_observations() -> None:
    """Five trials of 299 latencies have an interval; four or shorter ones are one run."""
    found = p99(5, 299)
    assert found.low is not None
    assert len(found.trial_values) == 5
    for found in (p99(4, 299), p99(4, 5_980), p99(5, 298)):
        assert found.low is None
        assert found.value is not None
        assert found.trial_values == ()
        assert found.reason.startswith("one run, no interval; ")
    assert found.reason.endswith("1,490 observations in 5 trials, p99 needs 299 in each of 5")


def test_one_long_process_is_described_and_not_judged() -> None:
    """From 5,980 latencies on the reason says how sure their p99 is; no interval, no verdict."""
    found = p99(1, 5_980)
    assert (found.low, found.trial_values) == (None, ())
    assert found.reason == (
        "one process, no verdict: 9.23 to 12.2 ms within it with 95 % confidence; "
        "5,980 observations in 1 trial, p99 needs 299 in each of 5"
    )
    assert judge_target(found, target(100, unit="ms")).verdict is Verdict.INCONCLUSIVE
    assert p99(1, 5_979).reason.startswith("one run, no interval; ")


def test_percentile_of_named_observations() -> None:
    """`of` names the observations, where the metric has none of its own."""
    latency = replace(P99, name="latency_ms", percentile=None)
    derived = replace(P99, of="latency_ms")
    trials = [trial(i, observed(latency, [1.0] * 299)) for i in range(6)]
    found = {m.metric.name: m for m in summarise(trials, [derived])}
    assert found["latency_p99_ms"].value == 1.0


def test_claim_is_not_measured_in_a_short_trial() -> None:
    """Other metrics of the trial stand."""
    claim = replace(CPU, name="growth_bytes", unit="bytes", minimum_duration_s=3600)
    trials = [trial(i, observed(CPU, [1.0]), observed(claim, [1.0])) for i in range(5)]
    cpu, growth = summarise(trials)
    assert (cpu.value, growth.value) == (1.0, None)
    assert growth.reason == "ran 20 s, needs 3,600 s"


def test_observed_in_some_trials_only() -> None:
    """The value rests on the trials that have it, and the reason says how many."""
    trials = [trial(i, observed(CPU, [1.0])) for i in range(6)] + [trial(7)]
    assert only(summarise(trials)).reason == "6 of 7 trials count: nothing was observed"


@pytest.mark.parametrize(("disturbed", "contended"), [(2, False), (3, True)])
@pytest.mark.parametrize(
    "counters",
    [Counters(wall_ns=10**9, neighbour=0.2), Counters(wall_ns=10**9, throttled_ns=10**8)],
)
def test_contended_means_over_half_of_the_trials(
    counters: Counters, disturbed: int, contended: bool
) -> None:
    """Neighbours or the quota, in three of five trials but not in two."""
    trials = cpu_trials([1.0] * 5)
    trials[:disturbed] = [replace(t, counters=counters) for t in trials[:disturbed]]
    assert only(summarise(trials)).contended is contended


def test_trials_with_different_imports_have_a_fingerprint_of_their_own() -> None:
    """Whatever the order of the trials."""
    trials = cpu_trials([1.0] * 5)
    trials[0] = replace(trials[0], fingerprint="f2")
    mixed = only(summarise(trials)).fingerprint
    assert mixed not in {"f1", "f2"}
    assert only(summarise(trials[::-1])).fingerprint == mixed
