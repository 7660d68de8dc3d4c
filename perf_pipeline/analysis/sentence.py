"""Figures as they stand in a reason: three digits, separators, the unit behind."""

from __future__ import annotations


def figure(value: float, unit: str = "") -> str:
    """Three significant digits without exponent, and the unit.

    >>> figure(1234567.0, "bytes")
    '1,230,000 bytes'
    """
    text = f"{float(f'{value:.3g}'):,.12g}"
    return f"{text} {unit}" if unit and unit != "1" else text


def exactly(value: float, unit: str = "") -> str:
    """All digits of a value whose every difference counts.

    >>> exactly(1234567.0, "calls")
    '1,234,567 calls'
    """
    text = f"{value:,.15g}"
    return f"{text} {unit}" if unit and unit != "1" else text


def counted(count: int, noun: str) -> str:
    """A number of things: `1 trial`, `1,240 trials`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def seconds(value: float) -> str:
    """A duration as it is promised: `20 s`, `3,600 s`, `0.35 s`."""
    return f"{value:,.0f} s" if value >= 10 else f"{value:.2g} s"
