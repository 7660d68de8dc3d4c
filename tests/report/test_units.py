"""Numbers with units become text of three significant digits."""

from __future__ import annotations

import doctest
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_pipeline.report import text, units
from perf_pipeline.report.sections import hotspots
from perf_pipeline.report.units import (
    MINUS,
    change,
    duration,
    exact,
    percent,
    quantities,
    quantity,
    scale_for,
    share,
    with_interval,
)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (99.8e6, "ns", "99.8 ms"),
        (4.2e3, "ns", "4.20 µs"),
        (999.7, "ns", "1.00 µs"),
        (5.42, "ms", "5.42 ms"),
        (0.0203, "ms", "20.3 µs"),
        (3600, "s", "3,600 s"),
        (310 * 2**20, "bytes", "310 MiB"),
        (1_500, "bytes", "1.46 KiB"),
        (3 * 2**20, "bytes/s", "3.00 MiB/s"),
        (231.4, "MB/s", "231 MB/s"),
        (1010.1, "tokens/s", "1,010 tokens/s"),
        (1_243_567, "ops/s", "1,240,000 ops/s"),
        (62.0, "%", "62.0%"),
        (0.618, "share", "61.8%"),
        (3.5406, "1", "3.54"),
        (0, "ns", "0 ns"),
        (-41.6, "ns", "~41.6 ns"),
        (None, "ns", "\u2013"),
        (math.nan, "ns", "\u2013"),
        (math.inf, "s", "\u2013"),
    ],
)
def test_quantity(value: float | None, unit: str, expected: str) -> None:
    """A value is written in the unit that fits its size."""
    assert quantity(value, unit) == expected.replace("~", MINUS)


def test_values_of_one_row_share_a_unit() -> None:
    """What stands side by side can be compared digit by digit."""
    assert quantities((950e3, 1.2e6), "ns") == ("0.950 ms", "1.200 ms")
    assert quantities((214 * 2**20, 310 * 2**20), "bytes") == ("214 MiB", "310 MiB")
    assert quantities((None, 1.0), "s") == ("\u2013", "1.00 s")


def test_an_interval_follows_its_value() -> None:
    """The ends of an interval have the unit and the decimals of the value."""
    assert with_interval(108.1e6, 106.2e6, 110.4e6, "ns") == "108 ms (106 to 110)"
    assert with_interval(108.1e6, None, None, "ns") == "108 ms"


@pytest.mark.parametrize(
    ("figures", "unit", "expected"),
    [
        ((8.31, 7.1, 9.58), "%", "+8.3% (+7.1 to +9.6)"),
        ((44.9, 43.9, 45.9), "%", "+45% (+44 to +46)"),
        ((-12.4, -13.8, -11.0), "%", "~12% (~14 to ~11)"),
        ((-0.004, None, None), "%", "+0.00%"),
        ((1_430.0, -4_570.0, 7_430.0), "ns", "+1.43 µs (~4.57 to +7.43)"),
        ((None, None, None), "%", "\u2013"),
    ],
)
def test_change(
    figures: tuple[float | None, float | None, float | None], unit: str, expected: str
) -> None:
    """A change always shows its sign, and its interval where there is one."""
    assert change(*figures, unit=unit) == expected.replace("~", MINUS)


def test_percent() -> None:
    """Shares below ten percent get a decimal, those below a tenth of one get two."""
    assert [percent(x) for x in (45.2, 9.96, 8.31, 0.4, 0.04, 0.0)] == [
        "45%", "10%", "8.3%", "0.4%", "0.04%", "0.0%",
    ]  # fmt: skip
    assert share(0.57) == "57%"


def test_a_declared_bound_keeps_its_digits() -> None:
    """A target is printed as its author wrote it."""
    assert scale_for((100,), "ms").declared(100) == "100 ms"
    assert scale_for((0.99,), "share").declared(0.99) == "99%"
    assert scale_for((1_000_000,), "ops/s").declared(1_000_000) == "1,000,000 ops/s"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(4.24, "4.2 s"), (34, "34 s"), (161, "2 min 41 s"), (7_260, "2 h 1 min")],
)
def test_duration(seconds: float, expected: str) -> None:
    """A duration is said as people say it."""
    assert duration(seconds) == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (4_294_967_297.0, "1", "4,294,967,297"),
        (2.0**53, "calls", "9,007,199,254,740,992 calls"),
        (-3.0, "bytes", f"{MINUS}3 bytes"),
        (0.1, "count", "0.1"),
        (12.5, "%", "12.5%"),
        (None, "bytes", "\u2013"),
        (math.nan, "bytes", "\u2013"),
    ],
)
def test_exact_values_lose_no_digit(value: float | None, unit: str, expected: str) -> None:
    """Nothing is rounded or scaled where every difference counts."""
    assert exact(value, unit) == expected


@given(st.floats(min_value=1e-3, max_value=1e15))
def test_three_digits_are_within_half_a_percent(value: float) -> None:
    """Rounding for the reader never moves a figure by more than half a percent."""
    written = quantity(value, "ops/s").removesuffix(" ops/s").replace(",", "")
    assert float(written) == pytest.approx(value, rel=0.0051)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1), st.text(max_size=8))
def test_no_number_is_refused(values: list[float], unit: str) -> None:
    """Whatever was measured can be written."""
    assert len(quantities(values, unit)) == len(values)


@pytest.mark.parametrize("module", [units, text, hotspots])
def test_examples_in_docstrings(module: object) -> None:
    """The examples in the docstrings are true."""
    failed, tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert (failed, tried > 0) == (0, True)
