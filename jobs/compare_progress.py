"""What a running comparison shows: a live line on a terminal, and a line per finished case."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

from perf_pipeline.campaign.ab.result import MetricResult
from perf_pipeline.campaign.ab.verdict import so_far
from perf_pipeline.report.comparison.facts import ComparedCase
from perf_pipeline.report.comparison.rows import case_name, summary
from perf_pipeline.report.text import count


class CompareProgress:
    """Listens to a comparison and says on stderr where it stands."""

    def __init__(self, *, same_asked: bool) -> None:
        """Say nothing yet."""
        self._console = Console(stderr=True, highlight=False)
        self._live = Status("", console=self._console) if sys.stderr.isatty() else None
        self._same_asked = same_asked
        self._case = ""

    def __enter__(self) -> Self:
        """Show the live line."""
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the live line away."""
        if self._live:
            self._live.stop()

    def begins(self, name: str, number: int, of: int) -> None:
        """A case is compared now."""
        self._case = f"{number} of {of}  {name}"
        self._show("preparing both sides")

    def tell(self, line: str) -> None:
        """What it waits for; without a terminal only finished cases are worth a line."""
        self._show(line)

    def watch(self, blocks: int, results: Sequence[MetricResult]) -> None:
        """How many blocks ran, and how far apart both sides are so far."""
        self._show(f"{count(blocks, 'block')}  {so_far(results)}")

    def ended(self, case: ComparedCase) -> None:
        """What a case came to."""
        said = summary(case, same_asked=self._same_asked)
        self._console.print(
            f"{datetime.now().astimezone():%H:%M:%S} {case_name(case)}: {said}",
            markup=False,
            soft_wrap=True,
        )

    def _show(self, line: str) -> None:
        if self._live:
            text = Text(f"{self._case}  {line}", overflow="ellipsis", no_wrap=True)
            self._live.update(text)
