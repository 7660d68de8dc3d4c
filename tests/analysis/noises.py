"""The six noises on which every rule is tried, at any level: values, trials or nights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Noise = Callable[[np.random.Generator, tuple[int, ...], float], FloatArray]


def iid(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> FloatArray:
    """Independent Gaussian logs."""
    return rng.normal(scale=sigma, size=shape)


def autocorrelated(
    rng: np.random.Generator, shape: tuple[int, ...], sigma: float, coefficient: float = 0.6
) -> FloatArray:
    """AR(1) along the last axis, `sigma` in all."""
    steps = rng.normal(scale=sigma, size=shape)
    fresh = np.sqrt(1 - coefficient**2)
    for i in range(1, shape[-1]):
        steps[..., i] = coefficient * steps[..., i - 1] + fresh * steps[..., i]
    return steps


def spikes(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> FloatArray:
    """5 % are 10 % slower."""
    return iid(rng, shape, sigma) + np.log(1.1) * (rng.uniform(size=shape) < 0.05)


def two_states(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> FloatArray:
    """Each is in one of two states that are 4 % apart."""
    return iid(rng, shape, sigma) + np.log(1.04) * rng.integers(0, 2, size=shape)


SINGLE_LEVEL: dict[str, Noise] = {
    "iid": iid,
    "AR(1) 0.6": autocorrelated,
    "5 % spikes of +10 %": spikes,
    "two states of 4 %": two_states,
}
NAMES = ("iid", "1 % process effect", "1 % night effect", *list(SINGLE_LEVEL)[1:])


TRIALS_IN_A_ROW = "AR(1) 0.6 from trial to trial"
"""No promise holds on it: trials are taken as independent. Shown so that it is known."""

STRETCHES = "5 % slow stretches of 1/20"
"""No promise holds on it either: each lasts as long as a batch."""


def nested(
    rng: np.random.Generator, name: str, shape: tuple[int, int, int], sigma: float = 0.01
) -> FloatArray:
    """Logs of values within trials of one night: shape (repetitions, trials, values).

    Values scatter by `sigma`, for AR(1) one after the other; process effect, spikes and states
    are of whole trials, the night effect of the night.
    """
    repetitions, trials, _ = shape
    whole = (repetitions, trials)
    values = autocorrelated(rng, shape, sigma) if name == "AR(1) 0.6" else iid(rng, shape, sigma)
    if name == "1 % process effect":
        values += iid(rng, whole, 0.01)[..., None]
    elif name == "1 % night effect":
        values += iid(rng, (repetitions, 1, 1), 0.01)
    elif name == TRIALS_IN_A_ROW:
        values += autocorrelated(rng, whole, 0.01)[..., None]
    elif name not in ("iid", "AR(1) 0.6"):
        values += SINGLE_LEVEL[name](rng, whole, 0.005)[..., None]
    return values


def one_process(
    rng: np.random.Generator, name: str, shape: tuple[int, int], sigma: float = 0.01
) -> tuple[FloatArray, FloatArray]:
    """Logs of what single processes observed one after the other, and the level of each.

    Shape (processes, observations). Process and night effect are the level of a process; spikes,
    states and autocorrelation go from observation to observation, slow stretches over a twentieth
    of the process.
    """
    processes, count = shape
    if name == STRETCHES:
        slow = np.log(1.1) * (rng.uniform(size=(processes, 20)) < 0.05)
        return iid(rng, shape, sigma) + np.repeat(slow, count // 20, axis=-1), np.zeros(processes)
    if name.endswith("effect"):
        level = iid(rng, (processes,), 0.01)
        return iid(rng, shape, sigma) + level[:, None], level
    return SINGLE_LEVEL[name](rng, shape, sigma), np.zeros(processes)


def series(
    rng: np.random.Generator, name: str, shape: tuple[int, int, int], sigma: float
) -> FloatArray:
    """Logs of trial values of unchanged code: shape (repetitions, nights, trials).

    Whole nights move by the named noise with `sigma` in a night; process and night effect of 1 %
    are taken at their word. Trials scatter by 1 % within a night.
    """
    repetitions, nights, _ = shape
    values = iid(rng, shape, 0.01)
    if name == "1 % process effect":
        return values + iid(rng, shape, 0.01)
    if name == "1 % night effect":
        return values + iid(rng, (repetitions, nights, 1), max(0.01, sigma))
    if name == "iid":
        return values + iid(rng, shape, sigma)
    return values + SINGLE_LEVEL[name](rng, (repetitions, nights), sigma)[..., None]
