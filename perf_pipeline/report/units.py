"""Numbers with units as text: three significant digits, the values of one row in one unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from perf_pipeline.report.text import shorten

NOT_AVAILABLE = "\u2013"
MINUS = "\u2212"

MOST_DECIMALS = 9
BEYOND_WORDS = 1e15
"""From here on numbers are written with an exponent."""

TIME = ((1e9, " s"), (1e6, " ms"), (1e3, " µs"), (1.0, " ns"))
BYTES = ((2.0**40, " TiB"), (2.0**30, " GiB"), (2.0**20, " MiB"), (2.0**10, " KiB"), (1.0, " B"))
IN_NANOSECONDS = {"ns": 1.0, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9}
IN_BYTES = {"bytes": 1.0, "B": 1.0, "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30}
BARE = ("", "1", "count", "ratio")
SHARE = "share"
"""The unit of a proportion, kept as a fraction of one and shown in percent."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How the values of one row are written: factor into the shown unit, suffix, decimals."""

    factor: float
    suffix: str
    decimals: int

    def bare(self, value: float | None) -> str:
        """The number alone, as in the ends of an interval behind a value with its unit."""
        shown = math.nan if value is None else value * self.factor
        if not math.isfinite(shown):
            return NOT_AVAILABLE
        if abs(shown) >= BEYOND_WORDS:
            return f"{shown:.3g}".replace("-", MINUS)
        # Adding zero turns a rounded -0.0 into 0.0.
        shown = round(shown, self.decimals) + 0.0
        return f"{shown:,.{max(self.decimals, 0)}f}".replace("-", MINUS)

    def text(self, value: float | None) -> str:
        """The number with its unit."""
        number = self.bare(value)
        return number if number == NOT_AVAILABLE else number + self.suffix

    def declared(self, value: float) -> str:
        """A bound as its author wrote it: no digits added, none lost."""
        return f"{value * self.factor:,.10g}{self.suffix}".replace("-", MINUS)


def decimals_for(value: float) -> int:
    """Decimals that leave three significant digits; negative for thousands and above."""
    if value == 0 or not math.isfinite(value):
        return 0
    exponent = int(f"{value:.2e}".partition("e")[2])
    return min(2 - exponent, MOST_DECIMALS)


def scale_for(values: Sequence[float | None], unit: str) -> Scale:
    """One scale for the values of one row.

    The largest value chooses the unit. The smallest gets its three digits as long as the largest
    then shows no more than four.
    """
    known = [abs(value) for value in values if value is not None and math.isfinite(value)]
    factor, suffix = _unit(max(known, default=0.0), unit)
    shown = [value * factor for value in known if value]
    if not shown:
        return Scale(factor, suffix, 0)
    return Scale(factor, suffix, min(decimals_for(min(shown)), decimals_for(max(shown)) + 1))


def _unit(largest: float, unit: str) -> tuple[float, str]:
    if unit in IN_NANOSECONDS:
        return _step(largest, IN_NANOSECONDS[unit], TIME)
    if unit in IN_BYTES:
        return _step(largest, IN_BYTES[unit], BYTES)
    if unit.endswith("/s") and unit[:-2] in IN_BYTES:
        factor, suffix = _step(largest, IN_BYTES[unit[:-2]], BYTES)
        return factor, f"{suffix}/s"
    if unit == SHARE:
        return 100.0, "%"
    return 1.0, _suffix(unit)


def _suffix(unit: str) -> str:
    if unit in BARE:
        return ""
    return "%" if unit in ("%", "percent") else f" {shorten(unit, 20)}"


def _step(largest: float, base: float, ladder: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    # 0.9995 of a step would round to 1,000 of the smaller unit.
    for size, suffix in ladder:
        if largest * base >= 0.9995 * size:
            return base / size, suffix
    size, suffix = ladder[-1]
    return base / size, suffix


def quantity(value: float | None, unit: str) -> str:
    """One value with its unit.

    >>> quantity(108_123_456, "ns"), quantity(94_123, "ops/s"), quantity(3.5406, "1")
    ('108 ms', '94,100 ops/s', '3.54')
    """
    return scale_for((value,), unit).text(value)


def quantities(values: Sequence[float | None], unit: str) -> tuple[str, ...]:
    """The values of one row, in one unit.

    >>> quantities((99.8e6, 108.1e6), "ns")
    ('99.8 ms', '108.1 ms')
    """
    scale = scale_for(values, unit)
    return tuple(scale.text(value) for value in values)


def exact(value: float | None, unit: str) -> str:
    """All digits of a value whose every difference counts, in the unit it was declared in.

    >>> exact(1_234_567.0, "bytes"), exact(0.1, "1")
    ('1,234,567 bytes', '0.1')
    """
    if value is None or not math.isfinite(value):
        return NOT_AVAILABLE
    digits = f"{int(value):,}" if value == int(value) else f"{value:,}"
    return digits.replace("-", MINUS) + _suffix(unit)


def with_interval(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """A value and its interval: `108 ms (106 to 110)`; without one the value alone."""
    scale = scale_for((value,), unit)
    if value is None or low is None or high is None:
        return scale.text(value)
    return f"{scale.text(value)} ({scale.bare(low)} to {scale.bare(high)})"


def percent(value: float | None) -> str:
    """A share of a hundred: two digits are enough below ten.

    >>> percent(8.31), percent(45.2), percent(0.04)
    ('8.3%', '45%', '0.04%')
    """
    return _percent(value, "") + "%" if value is not None else NOT_AVAILABLE


def share(value: float | None) -> str:
    """A share of one, as percent."""
    return percent(None if value is None else 100 * value)


def change(value: float | None, low: float | None, high: float | None, *, unit: str = "%") -> str:
    """A change and its interval, signs always written: `+8.3% (+7.1 to +9.6)`.

    Changes of signed metrics have no percentage and come in the unit of the metric.
    """
    if value is None:
        return NOT_AVAILABLE
    if unit == "%":
        ends = None if low is None or high is None else (_percent(low, "+"), _percent(high, "+"))
        head = f"{_percent(value, '+')}%"
    else:
        scale = scale_for((value, low, high), unit)
        ends = None if low is None or high is None else (_sign(low, scale), _sign(high, scale))
        head = _sign(value, scale) + scale.suffix
    return head if ends is None else f"{head} ({ends[0]} to {ends[1]})"


def _percent(value: float, sign: str) -> str:
    size = abs(value)
    decimals = 0 if size >= 9.95 else 1 if size >= 0.095 or size == 0 else 2
    return f"{round(value, decimals) + 0.0:{sign},.{decimals}f}".replace("-", MINUS)


def _sign(value: float, scale: Scale) -> str:
    number = scale.bare(value)
    return number if number.startswith(MINUS) else f"+{number}"


def duration(seconds: float) -> str:
    """How long something took, as people say it.

    >>> duration(161), duration(3_725), duration(4.2)
    ('2 min 41 s', '1 h 2 min', '4.2 s')
    """
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 9.95 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    return f"{hours} h {left} min" if hours else f"{minutes} min {rest} s"
