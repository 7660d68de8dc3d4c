"""Rates with what n proves of them, and Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from perf_pipeline.analysis.robust import exact_upper_limit


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, with the exact 95 % interval (Clopper & Pearson 1934, two-sided)."""

    count: int
    total: int

    @property
    def low(self) -> float:
        """Lower end, 0 to 1."""
        return 1 - exact_upper_limit(self.total - self.count, self.total, 0.975)

    @property
    def high(self) -> float:
        """Upper end, 0 to 1."""
        return exact_upper_limit(self.count, self.total, 0.975)

    def __str__(self) -> str:
        """`0 of 320 (0 %, 0 to 1.1 %)`."""
        if not self.total:
            return "none"
        share = 100 * self.count / self.total
        low, high = 100 * self.low, 100 * self.high
        return f"{self.count:,} of {self.total:,} ({share:.3g} %, {low:.3g} to {high:.3g} %)"


def rate(found: Iterable[bool]) -> Rate:
    """The share of what is true."""
    listed = list(found)
    return Rate(sum(listed), len(listed))


def markdown(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table whose first column is text and whose others are figures."""
    ruler = "|-|" + "-:|" * (len(heads) - 1)
    lines = [f"| {' | '.join(heads)} |", ruler]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)
