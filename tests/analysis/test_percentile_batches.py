"""How sure a percentile is: over trials, and within one process."""

from __future__ import annotations

import numpy as np
import pytest
from examples import CPU, P99

from perf_pipeline.analysis.confidence import confidence, trials_needed
from perf_pipeline.analysis.percentile_batches import (
    observations_for_batches,
    wider,
    within,
    within_one_process,
)
from perf_pipeline.analysis.robust import student_t_quantile, yuen
from perf_pipeline.analysis.trial_value import percentile_of

LATENCIES = np.random.default_rng(7).lognormal(sigma=0.5, size=6_000)


@pytest.mark.parametrize(("percentile", "needed"), [(95, 1_180), (99, 5_980), (5, 1_180)])
def test_each_of_twenty_batches_has_its_own_observations(percentile: float, needed: int) -> None:
    """59 for p95 and 299 for p99, twenty times; one less gives no interval."""
    assert observations_for_batches(percentile) == needed
    assert within_one_process(LATENCIES[: needed - 1], percentile) is None
    found = within_one_process(LATENCIES[:needed], percentile)
    assert found is not None
    assert found.low < found.estimate < found.high


@pytest.mark.parametrize("percentile", [5, 50, 95, 99])
def test_the_estimate_is_the_percentile_of_all(percentile: float) -> None:
    """The same figure as that of one trial."""
    estimate, _, _ = within(LATENCIES, percentile)
    assert float(estimate) == pytest.approx(percentile_of(LATENCIES, percentile))


def test_a_row_is_judged_as_it_is_alone() -> None:
    """A thousand processes at once give what each gives by itself."""
    rows = LATENCIES.reshape(5, 1_200)
    together = within(rows, 95)
    alone = [within(row, 95) for row in rows]
    np.testing.assert_allclose(np.transpose(together), alone)


def test_order_in_time_counts() -> None:
    """The same values in order of size are one slow end, not twenty samples of the whole."""
    shuffled, sorted_ = (
        within_one_process(LATENCIES, 95),
        within_one_process(np.sort(LATENCIES), 95),
    )
    assert shuffled is not None
    assert sorted_ is not None
    assert sorted_.estimate == shuffled.estimate
    assert sorted_.high - sorted_.low > 3 * (shuffled.high - shuffled.low)


def test_batches_that_agree_too_well_give_no_more_than_chance_does() -> None:
    """A cycle that every batch repeats has no spread; the interval stays that of independence."""
    cycle = np.tile(np.arange(1.0, 61.0), 100)
    found = within_one_process(cycle, 95)
    assert found is not None
    assert found.low < found.estimate < found.high


def test_equal_values_give_themselves() -> None:
    """A clock that ticks in milliseconds may see one value only."""
    found = within_one_process(np.full(2_000, 3.0), 95)
    assert found is not None
    assert (found.low, found.estimate, found.high) == (3.0, 3.0, 3.0)


def test_the_wider_interval_holds_both() -> None:
    """Yuen's where trials agree, Student's where one stands alone; by hand for five trials."""
    alone = np.array([1.0, 1.1, 1.2, 1.1, 9.0])
    estimate, low, high = wider(alone)
    middle, half = yuen(alone)
    reach = student_t_quantile(0.975, 4) * alone.std(ddof=1) / np.sqrt(5)
    assert float(estimate) == float(middle)
    assert float(high) == pytest.approx(alone.mean() + reach)
    assert float(low) == pytest.approx(min(float(middle - half), alone.mean() - reach))
    _, low, high = wider(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    middle, half = yuen([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (float(low), float(high)) == (float(middle - half), float(middle + half))


def test_only_percentiles_take_the_wider() -> None:
    """CPU time keeps Yuen's interval; both need five trials."""
    values = [100.0, 101.0, 102.0, 101.0, 160.0]
    p99, cpu = confidence(P99, values), confidence(CPU, values)
    assert p99.estimate == cpu.estimate
    assert p99.high > 2 * cpu.high - cpu.estimate
    assert trials_needed(P99) == trials_needed(CPU) == 5
