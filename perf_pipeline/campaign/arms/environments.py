"""Environments built from requirements, once, and kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from perf_pipeline.campaign.arms.kept import is_complete, mark_used, not_used_lately, unmark
from perf_pipeline.campaign.arms.programs import run_program
from perf_pipeline.campaign.errors import ArmsError
from perf_pipeline.home import Home
from perf_pipeline.model import short_hash

KEPT = 4
BUILD_S = 1800.0
PIP = ("-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "2")
UNREACHABLE = re.compile(
    r"new connection|name resolution|Max retries|TimeoutError|unreachable|ProxyError|SSLError"
)
INCLUDES = re.compile(r"(-r|--requirement|-c|--constraint)[ =]\s*(\S+)")


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an environment is to hold, and nothing else: lines as pip takes them.

    `folder` is what relative names in the lines start from, `name` what people call them.
    """

    lines: tuple[str, ...]
    folder: Path
    name: str = "requirements"


def read_requirements(file: Path) -> Requirements:
    """The lines of a requirements file, with those of the files that it includes.

    Raises:
        ArmsError: It cannot be read.
    """
    try:
        lines = tuple(_lines(file.resolve()))
    except (OSError, ValueError) as error:
        raise ArmsError(f"no second arm: {file} cannot be read", why=str(error)) from None
    return Requirements(lines, file.resolve().parent, file.name)


def _lines(file: Path) -> Iterator[str]:
    for written in file.read_text(encoding="utf-8").splitlines():
        line = written.strip()
        included = INCLUDES.match(line)
        if included is None:
            if line and not line.startswith("#"):
                yield line
        elif included[1] in {"-r", "--requirement"}:
            yield from _lines(file.parent / included[2])
        else:
            limits = file.parent / included[2]
            content = limits.read_text(encoding="utf-8")
            yield f"--constraint {limits}  # {short_hash(content)}"


def build_environment(
    home: Home, python: Path, requirements: Requirements, tell: Callable[[str], None]
) -> Path:
    """The interpreter of an environment with these packages; built once, then found.

    Args:
        home: Where it is kept (`environments/<hash>`, all of one length); the newest few stay.
        python: Whose version it gets.
        requirements: What it holds.
        tell: Hears that one is being built, which takes minutes.

    Raises:
        ArmsError: It cannot be built; without a network it says so. Nothing is left of it.
    """
    folder = home.root / "environments" / short_hash(str(python.resolve()), *requirements.lines)
    if not is_complete(folder):
        tell(f"building an environment with {requirements.name}")
        unmark(folder)
        try:
            _build(folder, python, requirements)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    mark_used(folder)
    _forget_old(folder.parent)
    return folder / "bin" / "python"


def _build(folder: Path, python: Path, requirements: Requirements) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    failed = _why_failed((str(python), "-I", "-m", "venv", str(folder)), folder.parent)
    if failed:
        raise ArmsError(f"no second arm: {python} makes no environment", why=failed)
    listed = folder / "requirements.txt"
    listed.write_text("\n".join(requirements.lines) + "\n", encoding="utf-8")
    command = (str(folder / "bin" / "python"), *PIP, "install", "-r", str(listed))
    failed = _why_failed(command, requirements.folder)
    if not failed:
        return
    if UNREACHABLE.search(failed):
        raise ArmsError(
            f"no second arm: {requirements.name} cannot be installed without a network",
            why=_last_words(failed),
            todo="Try again with a network, or name a mirror in PIP_INDEX_URL.",
        )
    raise ArmsError(
        f"no second arm: {requirements.name} cannot be installed", why=_last_words(failed)
    )


def _why_failed(command: tuple[str, ...], folder: Path) -> str:
    """What a command that failed said; empty when it did not fail."""
    ended = run_program(command, folder, BUILD_S)
    return "" if ended.returncode == 0 else ended.said or "it said nothing"


def _last_words(said: str) -> str:
    """The errors that pip names, else the end of what it said."""
    errors = [line for line in said.splitlines() if line.startswith("ERROR:")]
    return "\n".join(errors)[:2000] or said[-2000:]


def _forget_old(environments: Path) -> None:
    folders = (one for one in environments.iterdir() if one.is_dir())
    for folder in not_used_lately(folders, KEPT):
        unmark(folder)
        shutil.rmtree(folder, ignore_errors=True)
