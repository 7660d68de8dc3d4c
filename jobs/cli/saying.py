"""What commands that land a person's word have in common."""

from __future__ import annotations

import getpass
from pathlib import Path

from jobs.cli.output import say
from perf_pipeline.errors import PerfError
from warehouse.store import WarehouseStore


def author_here() -> str:
    """Who types: as git knows them in this folder, else their login name."""
    from perf_pipeline.campaign.git import answer

    try:
        return answer(Path.cwd(), "config", "user.name") or getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without an entry
        return "unknown"


def bring_into_sql(store: WarehouseStore) -> None:
    """Load and publish what has landed; it is kept even if that must wait."""
    loaded = store.load()
    try:
        if not loaded.busy:
            store.publish()
    except PerfError as error:
        say(f"It is landed; SQL shows it after the next campaign. {error.what}")
    else:
        if loaded.busy:
            say(f"It is landed; SQL shows it after the next campaign. {loaded.busy}")
