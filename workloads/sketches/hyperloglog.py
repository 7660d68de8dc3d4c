"""How many different keys there were: HyperLogLog (Flajolet, Fusy, Gandouet and Meunier 2007)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sketches.hashing import Keys, mixed


class HyperLogLog:
    """Counts with a standard error of 1.04 / sqrt(2 ** precision), in 2 ** precision bytes.

    Small counts are taken from the empty registers (linear counting), which errs less there.
    """

    def __init__(self, precision: int = 14) -> None:
        """Start empty."""
        if not 4 <= precision <= 18:
            raise ValueError(f"a precision of {precision} is not between 4 and 18")
        self._precision = precision
        self._registers: NDArray[np.uint8] = np.zeros(1 << precision, dtype=np.uint8)

    @property
    def memory_bytes(self) -> int:
        """What the registers take."""
        return self._registers.nbytes

    def add(self, keys: Keys) -> None:
        """Count these keys, those among them that were counted already not again."""
        hashed = mixed(keys, seed=1)
        places = (hashed >> np.uint64(64 - self._precision)).astype(np.intp)
        np.maximum.at(self._registers, places, self._ranks(hashed))

    def _ranks(self, hashed: Keys) -> NDArray[np.uint8]:
        """The place of the first set bit behind those that choose the register, from 1."""
        rest = hashed << np.uint64(self._precision)
        _, bits = np.frexp((rest >> np.uint64(11)).astype(np.float64))
        ranks: NDArray[np.uint8] = np.minimum(54 - bits, 65 - self._precision).astype(np.uint8)
        return ranks

    def estimate(self) -> float:
        """How many different keys were added, about."""
        size = len(self._registers)
        alpha = 0.7213 / (1 + 1.079 / size)
        raw = alpha * size * size / float(np.sum(np.exp2(-self._registers.astype(np.float64))))
        empty = int(np.count_nonzero(self._registers == 0))
        if raw <= 2.5 * size and empty:
            return float(size * np.log(size / empty))
        return float(raw)
