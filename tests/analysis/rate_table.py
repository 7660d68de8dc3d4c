"""Rates with exact limits, and tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from noises import FloatArray

from perf_pipeline.analysis.robust import exact_upper_limit


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, with exact limits at 95 % on either side."""

    hits: int
    of: int

    @classmethod
    def share(cls, found: FloatArray | Sequence[bool]) -> Rate:
        """Of true values among all."""
        return cls(int(np.sum(found)), int(np.size(found)))

    @property
    def percent(self) -> float:
        """The rate as measured."""
        return 100 * self.hits / self.of

    @property
    def at_most(self) -> float:
        """Percent that this is still compatible with."""
        return 100 * exact_upper_limit(self.hits, self.of)

    @property
    def at_least(self) -> float:
        """Percent that this is still compatible with."""
        return 100 - 100 * exact_upper_limit(self.of - self.hits, self.of)


Row = tuple[str, tuple[Rate, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rates under their headings, a row per noise or setting."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, heading: str) -> dict[str, Rate]:
        """One column by the names of its rows."""
        position = self.columns.index(heading)
        return {name: rates[position] for name, rates in self.rows}


@dataclass(frozen=True, slots=True)
class Figures:
    """Plain numbers under their headings, in the unit that the title names."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float, ...]], ...]

    def column(self, heading: str) -> dict[str, float]:
        """One column by the names of its rows."""
        position = self.columns.index(heading)
        return {name: figures[position] for name, figures in self.rows}


def markdown(table: Table | Figures) -> str:
    """The table as it stands in docs/method.md; rates in percent."""
    lines = [f"**{table.title}**", "", "| | " + " | ".join(table.columns) + " |"]
    lines.append("|---|" + "---:|" * len(table.columns))
    for name, cells in table.rows:
        lines.append(f"| {name} | " + " | ".join(_shown(cell) for cell in cells) + " |")
    return "\n".join(lines)


def _shown(rate: Rate | float) -> str:
    """Three digits; a rate of 0 stands with what it does not rule out."""
    if isinstance(rate, float):
        return f"{rate:.1f}"
    if not rate.hits:
        return f"0 (at most {rate.at_most:.2f})"
    return f"{rate.percent:.2f}" if rate.percent < 10 else f"{rate.percent:.1f}"
