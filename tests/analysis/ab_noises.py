"""Blocks of an A/B on the six noises, as pairs of processes in the order in which they run."""

from __future__ import annotations

import numpy as np
from noises import NAMES, SINGLE_LEVEL, FloatArray, autocorrelated, iid

SPREAD = 0.012
"""Standard deviation of a block of quiet code, as measured on six workloads: 0.8 to 1.6 %."""
MEASURED = "3 % of blocks off by 20 to 70 %"
SLIGHTLY_IN_A_ROW = "AR(1) 0.2 from block to block"
"""The most that was measured."""
BLOCKS_IN_A_ROW = "AR(1) 0.6 from block to block"
"""No promise holds on it. Shown so that it is known."""
IN_A_ROW = {SLIGHTLY_IN_A_ROW: 0.2, BLOCKS_IN_A_ROW: 0.6}
AB_NAMES = (*NAMES, MEASURED, SLIGHTLY_IN_A_ROW)


def measured(
    rng: np.random.Generator, shape: tuple[int, int], spread: float = SPREAD, off: float = 0.03
) -> FloatArray:
    """As blocks were measured: Gaussian logs, some far off because one process was disturbed."""
    far = np.log(rng.uniform(1.2, 1.7, size=shape)) * rng.choice([-1, 1], size=shape)
    return iid(rng, shape, spread) + far * (rng.uniform(size=shape) < off)


def block_effects(
    rng: np.random.Generator, name: str, shape: tuple[int, int], spread: float = SPREAD
) -> FloatArray:
    """ln(B/A) of equal arms: shape (comparisons, blocks), processes A B, B A, A B and so on."""
    if name == MEASURED:
        return measured(rng, shape, spread)
    if name in IN_A_ROW:
        return autocorrelated(rng, shape, spread, IN_A_ROW[name])
    comparisons, blocks = shape
    pairs, sigma = (comparisons, 2 * blocks), spread / np.sqrt(2)
    if name == "1 % night effect":
        runs = iid(rng, pairs, sigma) + iid(rng, (comparisons, 1), 0.01)
    elif name == "1 % process effect":
        runs = iid(rng, pairs, sigma) + iid(rng, pairs, 0.01)
    else:
        runs = SINGLE_LEVEL[name](rng, pairs, sigma)
    second_minus_first = runs[:, 1::2] - runs[:, ::2]
    second_minus_first[:, 1::2] *= -1
    return second_minus_first
