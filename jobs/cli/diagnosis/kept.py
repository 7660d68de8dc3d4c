"""What has been kept so far, and whether somebody measures at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from jobs.cli.diagnosis.finding import Finding, note
from perf_pipeline.campaign.errors import MachineBusyError
from perf_pipeline.home import Home


def findings(home: Home) -> Iterator[Finding]:
    """The lock, landing, warehouse and history."""
    yield _lock(home)
    landed = sum(1 for _ in home.landing.rglob("*.parquet")) if home.landing.exists() else 0
    yield Finding("landing", f"{landed:,} files in {home.landing}")
    if not landed:
        yield Finding("history", "none yet; the first campaign publishes it")
        return
    yield _file("warehouse", home.warehouse, "Make it anew: perf-pipeline warehouse rebuild")
    yield _file("history", home.history, "Publish it: perf-pipeline warehouse rebuild")


def _lock(home: Home) -> Finding:
    from jobs.machine_lock import machine_lock

    try:
        with machine_lock(home, "doctor"):
            return Finding("machine lock", "free")
    except MachineBusyError as error:
        means = f"{error.why} This look at the machine has disturbed it a little."
        return note("machine lock", "a run measures now", means)


def _file(topic: str, path: Path, todo: str) -> Finding:
    try:
        status = path.stat()
    except FileNotFoundError:
        return note(topic, f"{path} is missing", todo)
    written = datetime.fromtimestamp(status.st_mtime, UTC).astimezone()
    size = f"{status.st_size / (1 << 20):.1f} MiB"
    return Finding(topic, f"{path}, {size}, written {written:%Y-%m-%d %H:%M}")
