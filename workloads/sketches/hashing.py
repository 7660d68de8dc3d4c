"""Hashes of 64-bit keys, many at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S30, S27, S31 = np.uint64(30), np.uint64(27), np.uint64(31)


def mixed(keys: Keys, seed: int) -> Keys:
    """SplitMix64 (Steele, Lea and Flood 2014) of every key; another seed is another function."""
    with np.errstate(over="ignore"):
        hashed = keys + GOLDEN * np.uint64(seed + 1)
        hashed = (hashed ^ (hashed >> S30)) * FIRST
        hashed = (hashed ^ (hashed >> S27)) * SECOND
    return hashed ^ (hashed >> S31)


def keys_of(count: int, seed: int = 0) -> Keys:
    """That many different keys, the same on every machine."""
    return mixed(np.arange(count, dtype=np.uint64), seed + 1_000)
