"""The sizes of Ryot and their weights.

The weights are drawn from a seeded generator and never trained: speed, memory and scaling are
those of a real decoder of that size; what it writes means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

VOCABULARY = 4096
CONTEXT = 2048
HEAD_WIDTH = 64
SEED = 18


class ModelSize(StrEnum):
    """The three models, smallest first."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def layers(self) -> int:
        """How many blocks the model stacks."""
        return {"small": 4, "medium": 6, "large": 8}[self]

    @property
    def width(self) -> int:
        """How many numbers stand for a token."""
        return {"small": 128, "medium": 256, "large": 512}[self]

    @property
    def heads(self) -> int:
        """How many attention heads share the width."""
        return self.width // HEAD_WIDTH


@dataclass(frozen=True, slots=True)
class Block:
    """The four matrices of one layer."""

    queries_keys_values: Floats
    mix: Floats
    widen: Floats
    narrow: Floats


@dataclass(frozen=True, slots=True)
class Weights:
    """A whole model: about 1.8, 6.8 or 29 million numbers."""

    size: ModelSize
    embedding: Floats
    positions: Floats
    blocks: tuple[Block, ...]
    head: Floats

    @property
    def nbytes(self) -> int:
        """Bytes that the weights take."""
        matrices = [self.embedding, self.positions, self.head]
        for block in self.blocks:
            matrices += [block.queries_keys_values, block.mix, block.widen, block.narrow]
        return sum(matrix.nbytes for matrix in matrices)


def draw_weights(size: ModelSize, seed: int = SEED) -> Weights:
    """Weights of one size; the same for the same seed, each scaled by its fan-in."""
    random = np.random.default_rng(seed)
    width = size.width

    def matrix(rows: int, columns: int) -> Floats:
        drawn = random.standard_normal((rows, columns), dtype=np.float32)
        drawn *= np.float32(rows**-0.5)
        return drawn

    def block() -> Block:
        return Block(
            queries_keys_values=matrix(width, 3 * width),
            mix=matrix(width, width),
            widen=matrix(width, 4 * width),
            narrow=matrix(4 * width, width),
        )

    return Weights(
        size=size,
        embedding=random.standard_normal((VOCABULARY, width), dtype=np.float32),
        positions=_sinusoids(width),
        blocks=tuple(block() for _ in range(size.layers)),
        head=matrix(width, VOCABULARY),
    )


def _sinusoids(width: int) -> Floats:
    """Fixed position codes of "Attention Is All You Need" (2017), section 3.5."""
    positions = np.arange(CONTEXT)[:, None]
    rates = np.exp(-np.log(10_000.0) * np.arange(0, width, 2) / width)
    codes = np.empty((CONTEXT, width), dtype=np.float32)
    codes[:, 0::2] = np.sin(positions * rates)
    codes[:, 1::2] = np.cos(positions * rates)
    return codes
