"""docs/method.md shows the figures that the simulations give."""

from __future__ import annotations

import re

import numpy as np
from rates import PAGE, renewed

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def without_limits(page: str) -> str:
    """A rate of 0 stands with its limit, which may come and go with one hit in 20,000."""
    return re.sub(r" \(at most [\d.]+\)", "", page)


def test_the_page_is_up_to_date() -> None:
    """Half a point of tolerance for other processors; else run tests/analysis/rates.py."""
    page = PAGE.read_text(encoding="utf-8")
    shown, computed = without_limits(page), without_limits(renewed(page))
    assert NUMBER.sub("#", shown) == NUMBER.sub("#", computed)
    figures = [[float(n) for n in NUMBER.findall(text)] for text in (shown, computed)]
    np.testing.assert_allclose(*figures, atol=0.5)
