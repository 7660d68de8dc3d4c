"""Universal Scalability Law: how throughput grows with load, fitted and not proclaimed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from perf_pipeline.analysis.robust import FloatArray

FEWEST_LEVELS = 6
FARTHEST = 2.0
"""Nothing is said beyond so many times the highest measured load."""


@dataclass(frozen=True, slots=True)
class Scalability:
    """X(N) = rate * N / (1 + contention * (N - 1) + coherency * N * (N - 1)).

    `rate` is the throughput at load 1, `contention` (sigma) the share that is done one at a time,
    `coherency` (kappa) the cost of agreeing with each other. `error_percent` is the largest
    distance of a measured level from the curve.
    """

    rate: float
    contention: float
    coherency: float
    highest_load: float
    error_percent: float

    def throughput(self, load: float) -> float | None:
        """Expected throughput; None beyond twice the measured load."""
        if load > FARTHEST * self.highest_load:
            return None
        return self.rate * load / self._slowdown(load)

    @property
    def peak_load(self) -> float | None:
        """Load with the highest throughput; None if that lies beyond twice the measured load."""
        if self.coherency <= 0:
            return None
        peak = max(1.0, math.sqrt(max(0.0, 1 - self.contention) / self.coherency))
        return peak if peak <= FARTHEST * self.highest_load else None

    def _slowdown(self, load: float) -> float:
        return 1 + self.contention * (load - 1) + self.coherency * load * (load - 1)


@dataclass(frozen=True, slots=True)
class ScalabilityResult:
    """The fit, or None and a sentence that says why there is none."""

    fit: Scalability | None
    reason: str = ""


def fit_scalability(loads: Sequence[float], throughputs: Sequence[float]) -> ScalabilityResult:
    """Fit the Universal Scalability Law (Gunther 1993) to measured levels.

    Least squares of relative errors on the linear form N/X = a + b(N - 1) + cN(N - 1) with a, b
    and c not negative, solved exactly by trying every set of zero coefficients. With noisy
    levels it errs towards a peak that is not there; `error_percent` says how far it misses.

    Args:
        loads: Requests/s, clients or workers; at least six different levels, each at least 1.
        throughputs: Measured at these loads, above 0.
    """
    load, rate = np.asarray(loads, dtype=np.float64), np.asarray(throughputs, dtype=np.float64)
    levels = len(set(loads))
    if levels < FEWEST_LEVELS:
        return ScalabilityResult(None, f"needs {FEWEST_LEVELS} load levels, had {levels}")
    if (load < 1).any() or (rate <= 0).any():
        return ScalabilityResult(None, "needs loads of at least 1 and throughputs above 0")
    columns = np.stack([np.ones_like(load), load - 1, load * (load - 1)], axis=1)
    start, linear, square = _not_negative(columns * (rate / load)[:, None])
    if start <= 0:
        return ScalabilityResult(None, "throughput does not follow the law at load 1")
    fit = Scalability(1 / start, linear / start, square / start, float(load.max()), 0.0)
    fitted = np.array([fit.throughput(level) for level in loads], dtype=np.float64)
    error = float(100 * np.abs(fitted / rate - 1).max())
    return ScalabilityResult(
        Scalability(fit.rate, fit.contention, fit.coherency, fit.highest_load, error)
    )


def _not_negative(columns: FloatArray) -> tuple[float, float, float]:
    """Coefficients >= 0 that bring the weighted sum of columns closest to 1."""
    ones = np.ones(len(columns))
    best, coefficients = math.inf, np.zeros(3)
    for size in (3, 2, 1):
        for chosen in combinations(range(3), size):
            part = columns[:, chosen]
            solution = np.linalg.lstsq(part, ones, rcond=None)[0]
            distance = float(((part @ solution - ones) ** 2).sum())
            if (solution >= 0).all() and distance < best:
                best, coefficients = distance, np.zeros(3)
                coefficients[list(chosen)] = solution
    return float(coefficients[0]), float(coefficients[1]), float(coefficients[2])
