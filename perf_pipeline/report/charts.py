"""Small inline SVG: drawn here, coloured by the page, readable without it.

Every chart has a role and a label that says in words what it shows. Colours are `currentColor`
and CSS variables with fallbacks, so that the same drawing serves light, dark, print and Dagster.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from markupsafe import Markup

from perf_pipeline.model import MemoryPoint
from perf_pipeline.report.units import quantities, quantity

WORSE = "var(--worse,#b42318)"
GOOD = "var(--good,#1a7f37)"
SPARKLINE = (112, 26)
BAR = (112, 18)
TIMELINE = (340, 120)
"""Narrow enough for a phone, where a wider one would shrink until nobody can read its labels."""
SCALE = (62, 18)
"""Room for the labels left of and below a chart."""
EDGE = 2.0
"""Room around a line, so that its ends are not cut."""


def svg(width: int, height: int, label: str, *inside: Markup) -> Markup:
    """An SVG element of a fixed size with its label."""
    head = Markup(
        '<svg role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}" fill="none">'
    ).format(label, width, height, width, height)
    return head + Markup("").join(inside) + Markup("</svg>")


def line(points: Sequence[tuple[float, float]], colour: str, width: float = 1.2) -> Markup:
    """A polyline; a single point becomes a dot."""
    if len(points) == 1:
        x, y = points[0]
        return Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"/>').format(
            _short(x), _short(y), _short(width), colour
        )
    path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
    return Markup('<polyline points="{}" stroke="{}" stroke-width="{}"/>').format(
        path, colour, _short(width)
    )


def sparkline(
    values: Sequence[float], label: str, *, step_at: int | None = None, colour: str = WORSE
) -> Markup:
    """Values over campaigns, oldest first; from index `step_at` on the line is coloured.

    The line into the step is coloured too: it is the step.
    """
    if not values:
        return Markup("")
    points = _scaled(list(enumerate(values)), *SPARKLINE)
    if step_at is None or not 0 <= step_at < len(points):
        return svg(*SPARKLINE, label, line(points, "currentColor"))
    before, after = points[: max(step_at, 1)], points[max(step_at - 1, 0) :]
    return svg(*SPARKLINE, label, line(before, "currentColor"), line(after, colour, 2.0))


def interval_bar(
    value: float, low: float, high: float, label: str, *, bound: float | None = None
) -> Markup:
    """A value as a dot on its interval, from zero, with the bound it is held to as a line."""
    width, height = BAR
    marks = [0.0, low, value, high, *([] if bound is None else [bound])]
    bottom, top, middle = min(marks), max(marks), height / 2
    at = {mark: _place(mark, bottom, top, width) for mark in marks}
    parts = [line([(at[low], middle), (at[high], middle)], "currentColor", 2.0)]
    parts.append(line([(at[value], middle)], "currentColor", 3.0))
    if bound is not None:
        parts.append(line([(at[bound], EDGE), (at[bound], height - EDGE)], WORSE, 1.5))
    return svg(width, height, label, *parts)


def memory_timeline(points: Sequence[MemoryPoint], label: str) -> Markup:
    """Memory over the seconds of a trial, from zero to its most, which a dashed line marks."""
    if not points:
        return Markup("")
    (width, height), (left, below) = TIMELINE, SCALE
    floor = height - below
    kept = _thinned(points)
    pairs = [(point.at_s, float(point.rss_bytes)) for point in kept]
    drawn = [(x + left, y) for x, y in _scaled(pairs, width - left, floor, floor=0.0)]
    most = max(kept, key=lambda point: point.rss_bytes).rss_bytes
    began, ended = quantities((kept[0].at_s, kept[-1].at_s), "s")
    labels = (
        _text(left - 6, 11, quantity(most, "bytes"), "end"),
        _text(left - 6, floor, "0 B", "end"),
        _text(left, height - 3, began, "start"),
        _text(width, height - 3, ended, "end"),
    )
    marks = (_rule(min(y for _, y in drawn), "2 4"), _rule(floor - EDGE / 2, ""))
    return svg(*TIMELINE, label, *labels, *marks, line(drawn, "currentColor", 1.5))


def _thinned(points: Sequence[MemoryPoint]) -> list[MemoryPoint]:
    """At most some 200 of them, with the last and the highest."""
    kept = list(points[:: max(1, len(points) // 200)])
    highest = max(points, key=lambda point: point.rss_bytes)
    return sorted({*kept, highest, points[-1]}, key=lambda point: point.at_s)


def _rule(y: float, dashes: str) -> Markup:
    """A level across the chart."""
    return Markup(
        '<path d="M{} {}H{}" stroke="currentColor" stroke-dasharray="{}" opacity=".5"/>'
    ).format(SCALE[0], _short(y), TIMELINE[0], dashes or "none")


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup(
        '<text x="{}" y="{}" text-anchor="{}" font-size="11" fill="currentColor">{}</text>'
    ).format(_short(x), _short(y), anchor, text)


def data_uri(chart: Markup) -> str:
    """The chart as an image address, for Markdown that shows no inline SVG, as Dagster's."""
    alone = str(chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"data:image/svg+xml;base64,{b64encode(alone.encode()).decode()}"


def _scaled(
    pairs: Sequence[tuple[float, float]], width: int, height: int, floor: float | None = None
) -> list[tuple[float, float]]:
    """Points in the box, y downwards; a flat line runs through the middle."""
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    bottom = min(ys) if floor is None else floor
    return [
        (_place(x, min(xs), max(xs), width), height - _place(y, bottom, max(ys), height))
        for x, y in pairs
    ]


def _place(value: float, low: float, high: float, size: int) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return EDGE + (size - 2 * EDGE) * share


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
