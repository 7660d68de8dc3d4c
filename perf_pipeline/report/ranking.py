"""Which of several changes weighs most."""

from __future__ import annotations


def weight(percent: float | None, low: float | None, high: float | None) -> tuple[float, float]:
    """Sorts changes by what they come to at least, then by what they probably are.

    A change of 1.6 % that is known to the digit weighs less than one of 31 % with an interval
    from 24 to 37; an interval that holds 0 weighs nothing.

    >>> weight(31.0, 24.0, 37.0) > weight(1.6, 1.5, 1.7) > weight(8.0, -1.0, 17.0)
    True
    """
    size = abs(percent or 0.0)
    if low is None or high is None:
        return size, size
    return (0.0 if low <= 0 <= high else min(abs(low), abs(high))), size
