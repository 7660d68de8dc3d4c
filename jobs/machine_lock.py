"""One run at a time on a machine: a lock that the kernel drops when its holder dies."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from perf_pipeline.campaign.errors import MachineBusyError
from perf_pipeline.home import Home


def lock_file() -> Path:
    """The same file for every home and user of the machine; `PERF_LOCK` names another."""
    named = os.environ.get("PERF_LOCK", "")
    return Path(named) if named else Path(tempfile.gettempdir()) / "perf-pipeline.lock"


@contextlib.contextmanager
def machine_lock(home: Home, run_id: str) -> Iterator[None]:
    """Hold the machine until the end of the block.

    Raises:
        MachineBusyError: Another run holds it; the sentence says which.
    """
    file = lock_file()
    handle = _open(file)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(file) from None
        _sign(file, home, run_id)
        yield
    finally:
        os.close(handle)


def _open(file: Path) -> int:
    """Another user's file in a shared folder may be locked but not written."""
    with contextlib.suppress(PermissionError):
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    return os.open(file, os.O_RDONLY)


def _sign(file: Path, home: Home, run_id: str) -> None:
    holder = {
        "pid": os.getpid(),
        "home": str(home.root),
        "run": run_id,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with contextlib.suppress(OSError):
        file.write_text(json.dumps(holder), encoding="utf-8")


def _busy(file: Path) -> MachineBusyError:
    try:
        holder: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        who = (
            f"process {holder['pid']}, run {holder['run']} of {holder['home']}, "
            f"since {holder['since']}"
        )
    except (OSError, ValueError, KeyError):
        who = f"see {file}"
    return MachineBusyError(
        "Another run measures on this machine.",
        why=f"It is held by {who}; two at once would disturb each other.",
        kept="Nothing was measured or changed.",
        todo="Wait for it to end, then launch again.",
    )
