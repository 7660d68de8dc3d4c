"""How throughput grows with load."""

from __future__ import annotations

import numpy as np
import pytest

from perf_pipeline.analysis.usl import fit_scalability

LOADS = [1, 2, 4, 8, 16, 32]


def law(load: float, rate: float, sigma: float, kappa: float) -> float:
    """The law itself."""
    return rate * load / (1 + sigma * (load - 1) + kappa * load * (load - 1))


@pytest.mark.parametrize(
    ("rate", "sigma", "kappa"), [(100, 0.05, 0.001), (1000, 0, 0), (3, 0.5, 0), (10, 0, 0.01)]
)
def test_exact_levels_give_the_law_back(rate: float, sigma: float, kappa: float) -> None:
    """Without noise the coefficients are found to six digits."""
    fit = fit_scalability(LOADS, [law(n, rate, sigma, kappa) for n in LOADS]).fit
    assert fit is not None
    assert fit.rate == pytest.approx(rate, rel=1e-6)
    assert (fit.contention, fit.coherency) == pytest.approx((sigma, kappa), abs=1e-6)
    assert fit.error_percent == pytest.approx(0, abs=1e-6)


def test_coefficients_are_never_negative() -> None:
    """Levels that grow faster than the load are fitted as linear, and the error says so."""
    fit = fit_scalability(LOADS, [n**1.2 for n in LOADS]).fit
    assert fit is not None
    assert (fit.contention, fit.coherency) == (0, 0)
    assert fit.error_percent > 20


def test_noise_of_two_percent_keeps_the_peak_near() -> None:
    """500 noisy series of a law that peaks at load 31: the median peak is within a tenth."""
    rng = np.random.default_rng(5)
    truth = np.array([law(n, 100, 0.05, 0.001) for n in LOADS])
    peaks = []
    for _ in range(500):
        fit = fit_scalability(LOADS, list(truth * np.exp(rng.normal(scale=0.02, size=6)))).fit
        assert fit is not None
        peaks.append(fit.peak_load or np.inf)
    assert np.median(peaks) == pytest.approx(np.sqrt(0.95 / 0.001), rel=0.1)


def test_nothing_is_said_beyond_twice_the_measured_load() -> None:
    """Neither throughput nor peak."""
    fit = fit_scalability(LOADS, [law(n, 100, 0.05, 0.0001) for n in LOADS]).fit
    assert fit is not None
    assert fit.throughput(64) == pytest.approx(law(64, 100, 0.05, 0.0001))
    assert fit.throughput(65) is None
    assert fit.peak_load is None


@pytest.mark.parametrize(
    ("loads", "rates", "reason"),
    [
        ([1, 2, 4, 8, 16], [1.0] * 5, "needs 6 load levels, had 5"),
        ([1, 2, 4, 8, 16, 16], [1.0] * 6, "needs 6 load levels, had 5"),
        (LOADS, [0.0] * 6, "needs loads of at least 1 and throughputs above 0"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    loads: list[float], rates: list[float], reason: str
) -> None:
    """With the reason."""
    found = fit_scalability(loads, rates)
    assert (found.fit, found.reason) == (None, reason)
