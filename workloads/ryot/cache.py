"""The KV cache: keys and values of every token a batch has been through."""

from __future__ import annotations

import numpy as np

from ryot.weights import HEAD_WIDTH, Floats, ModelSize


class KeyValueCache:
    """Room for `capacity` tokens of each sequence; full is an error, nothing is forgotten."""

    def __init__(self, size: ModelSize, batch: int, capacity: int) -> None:
        """Reserve the room; pages are only touched as tokens arrive."""
        shape = (size.layers, batch, size.heads, capacity, HEAD_WIDTH)
        self._keys: Floats = np.empty(shape, dtype=np.float32)
        self._values: Floats = np.empty(shape, dtype=np.float32)
        self.capacity = capacity
        self.length = 0

    @property
    def nbytes(self) -> int:
        """Bytes reserved."""
        return self._keys.nbytes + self._values.nbytes

    def extend(self, layer: int, keys: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Write one layer's new tokens behind the others and return all of that layer.

        All four arrays have the shape (batch, heads, tokens, head width). The length moves in
        `advance`, once every layer has been extended.
        """
        end = self.length + keys.shape[2]
        self._keys[layer, :, :, self.length : end] = keys
        self._values[layer, :, :, self.length : end] = values
        return self._keys[layer, :, :, :end], self._values[layer, :, :, :end]

    def advance(self, tokens: int) -> None:
        """Count tokens that every layer has been extended by."""
        self.length += tokens
