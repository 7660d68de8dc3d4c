"""How often each key came: Count-Min (Cormode and Muthukrishnan 2005)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sketches.hashing import Keys, mixed

Counts = NDArray[np.int64]


class CountMin:
    """Counts that are never too small, and too large by at most e / width of all, most probably.

    Most probably: in all but exp(-depth) of the keys.
    """

    def __init__(self, width: int = 10_000, depth: int = 5) -> None:
        """Start empty."""
        self._table: NDArray[np.int32] = np.zeros((depth, width), dtype=np.int32)

    @property
    def memory_bytes(self) -> int:
        """What the table takes."""
        return self._table.nbytes

    def add(self, keys: Keys) -> None:
        """Count every key once."""
        width = self._table.shape[1]
        for row, places in enumerate(self._places(keys)):
            self._table[row] += np.bincount(places, minlength=width).astype(np.int32)

    def counts(self, keys: Keys) -> Counts:
        """How often each of these keys was added, at most."""
        rows = zip(self._table, self._places(keys), strict=True)
        least: Counts = np.min([row[places] for row, places in rows], axis=0).astype(np.int64)
        return least

    def _places(self, keys: Keys) -> list[NDArray[np.intp]]:
        depth, width = self._table.shape
        return [(mixed(keys, 10 + row) % np.uint64(width)).astype(np.intp) for row in range(depth)]
