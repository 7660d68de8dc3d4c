"""The SQL files of this package: one statement each, views together with their comments."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files


@cache
def query(name: str) -> str:
    """The statement `queries/<name>.sql`."""
    return (files("warehouse") / "queries" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def tables() -> tuple[str, ...]:
    """Creates what is missing; any order will do."""
    return tuple(_all("schema").values())


@cache
def views() -> tuple[str, ...]:
    """Creates or replaces all views, by name: what a view stands on sorts before it.

    Public ones start with `v_`; the others are ours alone.
    """
    return tuple(_all("views").values())


@cache
def views_digest() -> str:
    """Changes whenever a view does."""
    return hashlib.sha256("".join(views()).encode()).hexdigest()


def _all(folder: str) -> dict[str, str]:
    found = (entry for entry in (files("warehouse") / folder).iterdir())
    texts = {entry.name: entry for entry in found if entry.name.endswith(".sql")}
    return {name: texts[name].read_text(encoding="utf-8") for name in sorted(texts)}
