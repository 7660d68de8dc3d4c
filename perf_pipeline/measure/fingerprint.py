"""The code fingerprint: content of everything a worker really imported."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from perf_pipeline.model import Fact, short_hash

PACKAGES = ("site-packages", "dist-packages")


def imported_code(
    files: tuple[str, ...], standard: tuple[str, ...], root: Path, repository: Path | None = None
) -> tuple[Fact, ...]:
    """Name and content hash of every imported file outside the standard library, by name.

    Files are named relative to the suite, to their `site-packages`, or as `../...` by where they
    lie in the repository that is measured, so that equal code in two checkouts has one
    fingerprint. A file that is gone by now is left out.
    """
    parts: dict[str, str] = {}
    for file in files:
        if not _is_standard(file, standard):
            content = _content_hash(Path(file))
            if content:
                parts[_name(Path(file), root, repository)] = content
    return tuple(Fact(name, content) for name, content in sorted(parts.items()))


def fingerprint(code: tuple[Fact, ...], interpreter: str) -> str:
    """One hash for code, dependencies and interpreter build; empty when nothing is known."""
    if not interpreter:
        return ""
    return short_hash(interpreter, *(f"{part.name}={part.value}" for part in code))


def command_code(
    command: tuple[str, ...], root: Path, repository: Path | None = None
) -> tuple[Fact, ...]:
    """What can be known of a command's code: every word of it that names a file."""
    named = [path for word in command for path in _paths(word, root)]
    return tuple(Fact(_name(path, root, repository), _content_hash(path)) for path in named)


def _paths(word: str, root: Path) -> list[Path]:
    try:
        return [path for path in (Path(word), root / word) if path.is_file()][:1]
    except (OSError, ValueError):
        return []


def _is_standard(file: str, standard: tuple[str, ...]) -> bool:
    if any(f"/{name}/" in file for name in PACKAGES):
        return False
    return any(file.startswith(folder + "/") for folder in standard)


def _name(file: Path, root: Path, repository: Path | None) -> str:
    for folder in PACKAGES:
        _, found, rest = str(file).rpartition(f"/{folder}/")
        if found:
            return rest
    if file.is_relative_to(root):
        return str(file.relative_to(root))
    if repository and file.is_relative_to(repository):
        return _name_in(repository, file, root)
    return str(file)


def _name_in(repository: Path, file: Path, root: Path) -> str:
    """Relative to the suite where that lies in the repository, else to the repository's parent."""
    if root.is_relative_to(repository):
        return os.path.relpath(file, root)
    return str(".." / file.relative_to(repository))


def _content_hash(file: Path) -> str:
    try:
        stat = file.stat()
        return _hash_once(file, stat.st_size, stat.st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=20_000)
def _hash_once(file: Path, _size: int, _mtime_ns: int) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:16]
