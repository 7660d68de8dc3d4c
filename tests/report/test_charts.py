"""Small drawings are well formed, labelled and escaped."""

from __future__ import annotations

from base64 import b64decode
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from perf_pipeline.model import MemoryPoint
from perf_pipeline.report.charts import WORSE, data_uri, interval_bar, memory_timeline, sparkline

HOSTILE = '"><script>alert(1)</script>'


def parsed(chart: Markup) -> ET.Element:
    """The drawing as a tree; fails when it is not well formed."""
    return ET.fromstring(str(chart))  # noqa: S314 - our own drawing


@pytest.mark.parametrize(
    "chart",
    [
        sparkline([1.0, 1.1, 0.9], HOSTILE),
        sparkline([1.0], HOSTILE, step_at=0),
        sparkline([2.0, 2.0], HOSTILE, step_at=1),
        interval_bar(3.0, 2.0, 4.0, HOSTILE, bound=10.0),
        interval_bar(0.0, 0.0, 0.0, HOSTILE),
        memory_timeline([MemoryPoint(0.1 * i, 1000 + i) for i in range(5_000)], HOSTILE),
    ],
)
def test_drawings_are_labelled_and_small(chart: Markup) -> None:
    """Every drawing says what it shows, and no label breaks out of it."""
    tree = parsed(chart)
    assert tree.get("role") == "img"
    assert tree.get("aria-label") == HOSTILE
    assert "<script" not in chart
    assert len(chart) < 5_000


def test_the_step_is_red() -> None:
    """The line into the step and all after it have the colour of what is worse."""
    before, after = list(parsed(sparkline([1, 1, 1, 2, 2], "steps", step_at=3)))
    assert before.get("stroke") == "currentColor"
    assert after.get("stroke") == WORSE
    assert len((before.get("points") or "").split()) == 3
    assert len((after.get("points") or "").split()) == 3


def test_higher_is_further_up() -> None:
    """The y axis of a sparkline points upwards, as people read it."""
    (line,) = parsed(sparkline([1.0, 2.0], "up"))
    first, last = (float(point.split(",")[1]) for point in (line.get("points") or "").split())
    assert first > last


def test_nothing_is_drawn_of_nothing() -> None:
    """No values, no drawing."""
    assert sparkline([], "none") == ""
    assert memory_timeline([], "none") == ""


def test_a_drawing_can_travel_as_an_address() -> None:
    """The address holds the whole drawing with its namespace, for viewers without inline SVG."""
    address = data_uri(sparkline([1.0, 2.0], "Grüße"))
    drawing = b64decode(address.removeprefix("data:image/svg+xml;base64,")).decode()
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawing
    assert "Grüße" in drawing


@given(
    st.lists(st.floats(min_value=-1e300, max_value=1e300), min_size=1, max_size=40),
    st.integers(min_value=-3, max_value=50),
)
def test_any_series_stays_in_its_box(values: list[float], step_at: int) -> None:
    """No point is drawn outside the drawing."""
    for line in parsed(sparkline(values, "any", step_at=step_at)):
        for point in (line.get("points") or "").split():
            x, y = map(float, point.split(","))
            assert (0 <= x <= 112, 0 <= y <= 26) == (True, True)
