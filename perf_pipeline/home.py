"""The folder everything is written to: `$PERF_HOME`, by default `data/` in the checkout."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Home:
    """Where things are kept; `root` is absolute, whatever the current folder."""

    root: Path

    @property
    def landing(self) -> Path:
        """The truth: append-only Parquet files."""
        return self.root / "landing"

    @property
    def warehouse(self) -> Path:
        """Derived from landing; opened by one writer for seconds."""
        return self.root / "warehouse.duckdb"

    @property
    def history(self) -> Path:
        """Published for people; opened by anybody, read-only."""
        return self.root / "history.duckdb"

    @property
    def artifacts(self) -> Path:
        """Raw recordings of profilers."""
        return self.root / "artifacts"

    @property
    def reports(self) -> Path:
        """A folder per campaign."""
        return self.root / "reports"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME."""
        return self.root / "dagster"

    @property
    def suites(self) -> Path:
        """The registered suites."""
        return self.root / "suites.yaml"


def find_home() -> Home:
    """The home that `PERF_HOME` names, else `data/` in the checkout."""
    named = os.environ.get("PERF_HOME", "")
    root = Path(named).expanduser() if named else CHECKOUT / "data"
    return Home(root.resolve())
