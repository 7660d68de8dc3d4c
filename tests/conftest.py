"""Nothing a test writes reaches the user's home."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is written below the test's own folder."""
    monkeypatch.setenv("PERF_HOME", str(tmp_path / "home"))
