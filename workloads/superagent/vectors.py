"""A store of vectors: exact search, and an approximate one that looks into few cells."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from superagent.embedding import DIMENSIONS, Vector

Matrix = NDArray[np.float32]
Places = NDArray[np.intp]
GROWTH = 2


class VectorStore:
    """Texts with their vectors, added one by one by any number of threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._rows: Matrix = np.zeros((64, DIMENSIONS), dtype=np.float32)
        self._texts: list[str] = []
        self._lock = Lock()

    def __len__(self) -> int:
        """How many texts are kept."""
        return len(self._texts)

    def add(self, text: str, vector: Vector) -> None:
        """Keep a text."""
        with self._lock:
            if len(self._texts) == len(self._rows):
                self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._rows[len(self._texts)] = vector
            self._texts.append(text)

    @property
    def vectors(self) -> Matrix:
        """A copy of all vectors, in the order in which they came."""
        with self._lock:
            return self._rows[: len(self._texts)].copy()

    def nearest(self, vector: Vector, count: int) -> list[str]:
        """The most similar texts, compared with all."""
        with self._lock:
            rows, texts = self._rows[: len(self._texts)], self._texts
            return [texts[place] for place in nearest(rows, vector, count)]


def nearest(rows: Matrix, vector: Vector, count: int) -> Places:
    """Places of the rows with the largest product, the largest first."""
    product = rows @ vector
    count = min(count, len(product))
    found = np.argpartition(-product, count - 1)[:count] if count else np.empty(0, dtype=np.intp)
    return np.asarray(found[np.argsort(-product[found], kind="stable")])


class Cells:
    """Approximate search: vectors sorted into cells around centres, of which few are looked into.

    Lloyd's k-means with a fixed start. What lies in a cell that is not looked into is not found,
    so it is worth no more than its recall.
    """

    def __init__(self, rows: Matrix, cells: int, rounds: int = 6) -> None:
        """Find the centres and sort the vectors in."""
        draw = np.random.default_rng(3)
        self._rows = rows
        self._centres: Matrix = rows[draw.choice(len(rows), cells, replace=False)].copy()
        for _ in range(rounds):
            owner = np.argmax(rows @ self._centres.T, axis=1)
            self._centres = np.stack([self._centre(owner, cell) for cell in range(cells)])
        owner = np.argmax(rows @ self._centres.T, axis=1)
        self._members = [np.flatnonzero(owner == cell) for cell in range(cells)]

    def _centre(self, owner: NDArray[np.intp], cell: int) -> Vector:
        members = self._rows[owner == cell]
        if not len(members):
            kept: Vector = self._centres[cell]
            return kept
        centre: Vector = members.mean(axis=0)
        return centre / np.float32(max(float(np.linalg.norm(centre)), 1e-9))

    def nearest(self, vector: Vector, count: int, looked_into: int) -> Places:
        """Places of the most similar vectors in the cells whose centres are nearest."""
        cells = nearest(self._centres, vector, looked_into)
        members = np.concatenate([self._members[cell] for cell in cells])
        return np.asarray(members[nearest(self._rows[members], vector, count)])


def recall(found: Sequence[Places], exact: Sequence[Places]) -> tuple[int, int]:
    """(of the truly nearest so many were found, so many there were)."""
    pairs = list(zip(found, exact, strict=True))
    right = sum(len(np.intersect1d(one, true)) for one, true in pairs)
    return right, sum(len(true) for _, true in pairs)


def clustered(count: int, clusters: int) -> Matrix:
    """Vectors in clusters, as texts on few subjects lie; of isotropic ones no index finds many."""
    draw = np.random.default_rng(13)
    centres = draw.standard_normal((clusters, DIMENSIONS))
    rows = centres[draw.integers(clusters, size=count)]
    rows = rows + 0.6 * draw.standard_normal((count, DIMENSIONS))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
