"""What tasks cost: logged by any number of threads, nothing lost, to the millionth of a dollar."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

PRICES_USD_PER_MILLION = {
    "small": (Decimal("0.25"), Decimal("1.25")),
    "medium": (Decimal(3), Decimal(15)),
    "large": (Decimal(15), Decimal(75)),
}
"""For a million tokens in and out; declared here, of no provider's list."""
MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Use:
    """One answer of a model."""

    agent: str
    model: str
    tokens_in: int
    tokens_out: int

    @property
    def usd(self) -> Decimal:
        """Its price, exactly."""
        price_in, price_out = PRICES_USD_PER_MILLION[self.model]
        return (price_in * self.tokens_in + price_out * self.tokens_out) / MILLION


class CostLog:
    """An append-only file with a line for each use.

    A full buffer is written with one call; one of a single entry writes each by itself.
    """

    def __init__(self, file: Path, buffered: int = 1) -> None:
        """Open the file at its end."""
        self._file = file.open("a", encoding="ascii", buffering=1)
        self._buffered = buffered
        self._waiting: list[str] = []
        self._lock = Lock()
        self.writes = 0

    def __enter__(self) -> Self:
        """The log itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what waits, and close the file."""
        self.close()

    def log(self, use: Use) -> None:
        """Keep one use."""
        line = json.dumps([use.agent, use.model, use.tokens_in, use.tokens_out])
        with self._lock:
            self._waiting.append(line)
            if len(self._waiting) >= self._buffered:
                self._write()

    def _write(self) -> None:
        if self._waiting:
            self._file.write("\n".join(self._waiting) + "\n")
            self._waiting.clear()
            self.writes += 1

    def close(self) -> None:
        """Write what waits, and close the file."""
        with self._lock:
            self._write()
            self._file.close()


def read(file: Path) -> Iterator[Use]:
    """The uses in a file, in the order in which they were written."""
    with file.open(encoding="ascii") as lines:
        for line in lines:
            yield Use(*json.loads(line))


def totals(uses: Iterator[Use]) -> dict[tuple[str, str], Decimal]:
    """What each agent spent on each model."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for use in uses:
        found[use.agent, use.model] += use.usd
    return dict(found)
