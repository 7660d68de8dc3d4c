"""Every block of a comparison as a dot, with the interval and the line of no difference."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from perf_pipeline.report.charts import EDGE, line, svg

SIZE = (150, 28)
MIDDLE = 9.0
"""Of the dots; the interval lies below them."""
DOTS = Markup('<path d="{}" stroke="{}" stroke-width="2.4" stroke-linecap="round" opacity=".55"/>')
ZERO = Markup('<path d="M{} 1V{}" stroke="currentColor" stroke-width="1"/>')


def block_chart(
    effects: Sequence[float], interval: tuple[float, float, float] | None, label: str, colour: str
) -> Markup:
    """Effects on one scale: dots in the order in which the blocks ran, top to bottom.

    Single blocks may be far off; they stand at the edge, so that the others can be told apart.

    Args:
        effects: One per block; 0 is no difference.
        interval: Low, estimate, high on the same scale; None where there is none.
        label: What it shows, in words.
        colour: Of the interval.
    """
    if not effects:
        return Markup("")
    width, height = SIZE
    reach = _reach(effects, interval)
    at = [_place(effect, reach, width) for effect in effects]
    step = (2 * MIDDLE - 4) / max(1, len(effects) - 1)
    dots = "".join(f"M{_short(x)} {_short(2 + step * place)}h0" for place, x in enumerate(at))
    parts = [ZERO.format(_short(width / 2), height - 1), DOTS.format(dots, "currentColor")]
    if interval is not None:
        low, middle, high = (_place(end, reach, width) for end in interval)
        parts.append(line([(low, height - 5), (high, height - 5)], colour, 3.0))
        parts.append(line([(middle, height - 5)], colour, 3.4))
    return svg(width, height, label, *parts)


def _reach(effects: Sequence[float], interval: tuple[float, float, float] | None) -> float:
    """How far to both sides the picture goes: all of the interval, most of the dots."""
    ordered = sorted(abs(effect) for effect in effects)
    most = ordered[int(0.9 * (len(ordered) - 1))]
    ends = [abs(end) for end in interval or ()]
    return 1.15 * max(most, *ends, 1e-9)


def _place(effect: float, reach: float, width: int) -> float:
    share = max(-1.0, min(1.0, effect / reach))
    return width / 2 + share * (width / 2 - EDGE)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
