"""What an optimisation can save at most, and the classical figure beside it."""

from __future__ import annotations

import math


def saved_share(fraction: float, speed_up: float = math.inf) -> float:
    """Share of the whole time saved if a part of it runs `speed_up` times as fast.

    Amdahl (1967): f·(1 - 1/s). Errs high: it takes the rest as unchanged.

    Args:
        fraction: Of the time spent in the part, 0 to 1.
        speed_up: Above 0; infinite means that the part is removed.

    >>> round(saved_share(0.05, 100), 4)
    0.0495
    """
    if not 0 <= fraction <= 1 or not speed_up > 0:
        raise ValueError(f"no part of the time: {fraction} of it, {speed_up} times as fast")
    return fraction * (1 - 1 / speed_up)


def overall_speed_up(fraction: float, speed_up: float = math.inf) -> float:
    """How many times as fast the whole becomes: 1 / (1 - saved share); infinite if all is saved."""
    left = 1 - saved_share(fraction, speed_up)
    return 1 / left if left > 0 else math.inf


def classical_impact(fraction: float, speed_up: float) -> float:
    """Time % * speed-up, as often used for ranking. It misleads: it grows without bound.

    >>> classical_impact(0.05, 100)
    500.0
    """
    return 100 * fraction * speed_up
