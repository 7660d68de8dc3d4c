"""Folders that cost time to make: which are complete, which were used last."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def is_complete(folder: Path) -> bool:
    """Whether it was made to its end; a run that was killed in the middle leaves half of one."""
    return folder.is_dir() and _mark(folder).exists()


def mark_used(folder: Path) -> None:
    """It is complete, and was used now."""
    _mark(folder).touch()


def unmark(folder: Path) -> None:
    """It is about to be made again, or to go; whatever was noted beside it is void."""
    for note in folder.parent.glob(f"{folder.name}.*"):
        note.unlink()


def not_used_lately(folders: Iterable[Path], kept: int) -> list[Path]:
    """All but those used last."""
    return sorted(folders, key=_last_use, reverse=True)[kept:]


def _mark(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.built")


def _last_use(folder: Path) -> float:
    mark = _mark(folder)
    return mark.stat().st_mtime if mark.exists() else 0.0
