"""What installing leaves behind besides packages: the Dagster folder and `.env`.

Run as `python -m perf_pipeline.bootstrap` by `make`; again whenever `PERF_HOME` changes.
"""

from __future__ import annotations

import os
from pathlib import Path

from perf_pipeline.home import CHECKOUT, Home, find_home

DAGSTER_FILE = "dagster.yaml"


def prepare_dagster_home(home: Home) -> Path:
    """Make DAGSTER_HOME with the checkout's `dagster.yaml` linked into it, and return it.

    A file that somebody put there instead of the link is theirs and stays.
    """
    home.dagster.mkdir(parents=True, exist_ok=True)
    link, file = home.dagster / DAGSTER_FILE, CHECKOUT / DAGSTER_FILE
    if link.is_symlink() and link.resolve() != file:
        link.unlink()
    if not link.exists():
        link.symlink_to(file)
    return home.dagster


def environment_file(home: Home) -> str:
    """What `.env` says, so that a bare `dagster dev` in the checkout keeps its runs too."""
    variables = {"DAGSTER_HOME": home.dagster}
    if home.root != CHECKOUT / "data":
        variables = {"PERF_HOME": home.root} | variables
    return "".join(f"{name}={_quoted(str(path))}\n" for name, path in variables.items())


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def main() -> None:
    """Prepare the home that `PERF_HOME` names, or the default one."""
    home = find_home()
    prepare_dagster_home(home)
    draft = CHECKOUT / f".env.{os.getpid()}"
    draft.write_text(environment_file(home), encoding="utf-8")
    draft.replace(CHECKOUT / ".env")


if __name__ == "__main__":
    main()
