"""Keys as a cache is asked for them: some are asked for often, most are not."""

from __future__ import annotations

import random


def asked_keys(accesses: int, key_space: int, hot_share: float, hot_accesses: float) -> list[int]:
    """Keys of `key_space`, of which a share gets more than its part of the accesses.

    Args:
        accesses: How many.
        key_space: How many different keys there are.
        hot_share: Part of the keys that are asked for often, 0 to 1.
        hot_accesses: Part of the accesses that go to them, 0 to 1.
    """
    draw = random.Random(23)  # noqa: S311 - reproducible on purpose
    hot = max(1, int(key_space * hot_share))
    return [
        draw.randrange(hot) if draw.random() < hot_accesses else draw.randrange(hot, key_space)
        for _ in range(accesses)
    ]


def best_hit_share(key_space: int, hot_share: float, hot_accesses: float, capacity: int) -> float:
    """The share of hits of a cache that knew which keys are hot and kept as many as fit."""
    hot = max(1, int(key_space * hot_share))
    kept_hot = min(hot, capacity)
    kept_cold = min(key_space - hot, capacity - kept_hot)
    return hot_accesses * kept_hot / hot + (1 - hot_accesses) * kept_cold / (key_space - hot)
