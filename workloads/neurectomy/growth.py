"""How much a quantity grows an iteration, in constant memory."""

from __future__ import annotations

from statistics import median

POINTS = 256


class Growth:
    """A robust slope over everything noted, with at most 256 points kept.

    When they are full every second one goes and from then on half as many are kept, so that the
    points always cover the whole run. The slope runs from the median of the first half to that
    of the second: an excursion shorter than a quarter of the run does not move it. It errs high
    while caches still fill, which is why a leak is only claimed after a long run.

    >>> growth = Growth()
    >>> [growth.note(3.0 * iteration) for iteration in range(1000)][-1]
    3.0
    """

    def __init__(self) -> None:
        """Start with nothing noted."""
        self._points: list[tuple[int, float]] = []
        self._every = 1
        self._iterations = 0

    def note(self, quantity: float) -> float:
        """Note the quantity after one more iteration; returns the slope so far, at first 0."""
        if self._iterations % self._every == 0:
            self._points.append((self._iterations, quantity))
        self._iterations += 1
        if len(self._points) == POINTS:
            del self._points[1::2]
            self._every *= 2
        return self._slope()

    def _slope(self) -> float:
        half = len(self._points) // 2
        if half == 0:
            return 0.0
        early, late = self._points[:half], self._points[-half:]
        rise = median(point[1] for point in late) - median(point[1] for point in early)
        distance = median(point[0] for point in late) - median(point[0] for point in early)
        return rise / distance
