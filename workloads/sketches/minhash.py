"""Which sets are alike: MinHash (Broder 1997), looked up by bands (Indyk and Motwani 1998)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sketches.hashing import Keys, mixed

Pair = tuple[int, int]
Signature = NDArray[np.uint64]


def signature(keys: Keys, permutations: int = 128) -> Signature:
    """The smallest hash of a set under each function; equal ones are as frequent as Jaccard."""
    return np.array([mixed(keys, 100 + number).min() for number in range(permutations)])


def likeness(one: Signature, other: Signature) -> float:
    """The Jaccard similarity of two sets, about: sd is sqrt(j (1 - j) / permutations)."""
    return float(np.mean(one == other))


def candidate_pairs(signatures: Sequence[Signature], bands: int) -> set[Pair]:
    """Pairs whose signatures agree in a whole band: of similarity s about 1 - (1 - s**rows)**bands.

    Args:
        signatures: All of one length, a multiple of `bands`.
        bands: More of them find less similar sets, and more that are not.
    """
    found: set[Pair] = set()
    rows = len(signatures[0]) // bands
    for band in range(bands):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for number, one in enumerate(signatures):
            buckets[one[band * rows : (band + 1) * rows].tobytes()].append(number)
        for members in buckets.values():
            found.update(combinations(members, 2))
    return found


def similar_pairs(signatures: Sequence[Signature], bands: int, at_least: float) -> set[Pair]:
    """Candidates whose signatures say that they are similar enough."""
    return {
        (one, other)
        for one, other in candidate_pairs(signatures, bands)
        if likeness(signatures[one], signatures[other]) >= at_least
    }
