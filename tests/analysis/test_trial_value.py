"""How the values of one trial become its one number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from examples import CPU, HITS, P99, observed

from perf_pipeline.analysis.trial_value import observations_needed, trial_value
from perf_pipeline.model import MetricDefinition, MetricKind, Statistic

VALUES = [5.0, 1.0, 2.0, 3.0, 4.0, 10.0]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        (Statistic.LOW_QUANTILE, 1.5),
        (Statistic.MEDIAN, 3.5),
        (Statistic.MEAN, 25 / 6),
        (Statistic.MAXIMUM, 10.0),
        (Statistic.LAST, 10.0),
    ],
)
def test_statistics_by_hand(statistic: Statistic, expected: float) -> None:
    """Each statistic of six values, as on paper."""
    found = trial_value(observed(replace(CPU, statistic=statistic), VALUES), 20)
    assert found.value == pytest.approx(expected)
    assert found.reason == ""


def test_warmups_are_left_out() -> None:
    """The first values are warm-ups: they do not enter, however slow."""
    assert trial_value(observed(CPU, [1e9, 1e9, 3.0, 3.0], warmups=2), 20).value == 3.0


def test_low_quantile_survives_slow_episodes() -> None:
    """A tenth of the loops 1.7 times slower moves the mean by 7 %, the low quantile by nothing."""
    steady = [1.0 + i / 1000 for i in range(20)]
    disturbed = [*steady[:9], 1.7, 1.7, *steady[11:]]
    mean = replace(CPU, statistic=Statistic.MEAN)
    quiet, loud = (trial_value(observed(CPU, v), 20).value for v in (steady, disturbed))
    quiet_mean, loud_mean = (trial_value(observed(mean, v), 20).value for v in (steady, disturbed))
    assert loud == pytest.approx(quiet, rel=1e-3)
    assert loud_mean / quiet_mean > 1.06


@pytest.mark.parametrize(
    ("percentile", "needed"), [(50, 5), (90, 29), (95, 59), (99, 299), (5, 59)]
)
def test_observations_a_percentile_needs(percentile: float, needed: int) -> None:
    """From so many on some value lies beyond the percentile with 95 % probability."""
    assert observations_needed(percentile) == needed


def test_percentile_is_refused_below_and_given_from_the_minimum_on() -> None:
    """p99 of 298 latencies is refused with the reason, of 299 it is given."""
    few = trial_value(observed(P99, [1.0] * 298), 20)
    assert few.value is None
    assert few.reason == "298 observations in a trial, p99 needs 299"
    assert trial_value(observed(P99, [1.0] * 299), 20).value == 1.0


def test_percentile_without_a_number_is_refused() -> None:
    """A percentile metric that does not say which one has no value."""
    assert trial_value(observed(replace(P99, percentile=None), VALUES), 20).value is None


def test_claim_needs_its_duration() -> None:
    """A claim over an hour is not measured in 20 s; 95 % of the hour is enough."""
    claim = replace(CPU, minimum_duration_s=3600)
    assert trial_value(observed(claim, VALUES), 20).reason == "ran 20 s, needs 3,600 s"
    assert trial_value(observed(claim, VALUES), 3500).value is not None


def test_proportion_is_pooled_within_the_trial() -> None:
    """9 of 10 and 3 of 10 are 60 %; warm-ups are left out of both."""
    assert trial_value(observed(HITS, [0, 9, 3], warmups=1, attempts=10), 20).value == 0.6


def test_ratio_of_a_positive_metric() -> None:
    """A ratio that is no proportion may exceed 1."""
    ratio = MetricDefinition("compression_ratio", "1", statistic=Statistic.RATIO)
    assert trial_value(observed(ratio, [300.0, 100.0], attempts=100), 20).value == 2.0


@pytest.mark.parametrize(
    ("observation", "reason"),
    [
        (observed(CPU, []), "nothing was observed"),
        (observed(CPU, [1.0, float("nan")]), "1 of 2 values are no finite numbers"),
        (observed(HITS, [1.0]), "nothing was attempted"),
        (
            observed(HITS, [11.0], attempts=10),
            "11 of 10 is no proportion: successes lie between 0 and attempts",
        ),
        (
            observed(replace(CPU, statistic=Statistic.MEDIAN), [0.0]),
            "0 ns, but its kind is positive; declare kind signed or exact",
        ),
    ],
)
def test_nonsense_is_refused_with_a_sentence(observation: object, reason: str) -> None:
    """No value without a number behind it, and the reason in words."""
    found = trial_value(observation, 20)
    assert (found.value, found.reason) == (None, reason)


def test_zero_is_a_value_of_a_signed_metric() -> None:
    """Waiting may be 0 or below."""
    signed = replace(CPU, kind=MetricKind.SIGNED, statistic=Statistic.MEDIAN)
    assert trial_value(observed(signed, [-1.0, 0.0, 1.0]), 20).value == 0.0
