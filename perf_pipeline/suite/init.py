"""A first suite: written from templates, and it runs as it stands."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from perf_pipeline.suite.errors import SuiteError
from perf_pipeline.suite.fault import choice

KINDS = ("library", "service", "command")
_SUFFIX = ".template"
_NO_NAME = re.compile(r"[^A-Za-z0-9_]+", re.ASCII)


def create(directory: Path, kind: str) -> tuple[Path, ...]:
    """Write a suite of one of `KINDS` into a folder, which is made if need be.

    Returns:
        The files written.

    Raises:
        SuiteError: There is no such kind, one of the files is there already, or the folder cannot
            be written.
    """
    if kind not in KINDS:
        raise SuiteError(f"No kind of suite is called {kind}.", todo=f"Take {choice(kind, KINDS)}.")
    texts = _texts(directory, kind)
    present = sorted(path.name for path in texts if path.exists())
    if present:
        raise SuiteError(
            f"{directory} holds {', '.join(present)} already.",
            kept="Nothing was written.",
            todo="Name a new folder, or move these files away.",
        )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SuiteError(f"{directory} cannot be written: {error.strerror}.") from None
    return tuple(texts)


def _texts(directory: Path, kind: str) -> dict[Path, str]:
    templates = files("perf_pipeline.suite").joinpath("templates", kind).iterdir()
    found = sorted((one for one in templates if one.name.endswith(_SUFFIX)), key=lambda t: t.name)
    name = suite_name(directory)
    return {
        directory / one.name.removesuffix(_SUFFIX): one.read_text("utf-8").replace("{{name}}", name)
        for one in found
    }


def suite_name(directory: Path) -> str:
    """A suite name made of a folder's.

    >>> suite_name(Path("/srv/my-service"))
    'my_service'
    """
    name = _NO_NAME.sub("_", directory.resolve().name).strip("_")
    return name if name[:1].isalpha() else f"suite_{name}".rstrip("_")
