"""What is declared, what is locked, and what the page says of it agree."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
PYTHONS = ("3.11", "3.12", "3.13")


def names(requirements: Iterable[str]) -> set[str]:
    """The packages that requirements speak of."""
    return {canonicalize_name(Requirement(one).name) for one in requirements}


DEFAULT = PROJECT["project"]["dependencies"]
BUILD = PROJECT["build-system"]["requires"]
DEVELOPING = [one for one in PROJECT["dependency-groups"]["dev"] if not names([one]) & names(BUILD)]


def page_tables() -> list[set[str]]:
    """The packages of each table of the page, from top to bottom."""
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    tables = re.split(r"^\|(?:---\|)+$", page, flags=re.MULTILINE)[1:]
    first = re.compile(r"^\| (?!package)([a-z0-9-]+) \|", re.MULTILINE)
    return [set(first.findall(table)) for table in tables]


def locked(lock: str) -> list[Requirement]:
    """What a lock pins; every entry ends in its hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    return [Requirement(entry.partition("--hash")[0].strip()) for entry in entries]


def test_the_page_has_a_reason_for_each_dependency_and_no_other() -> None:
    """Default install, build backend, tools: a table each."""
    assert page_tables() == [names(DEFAULT), names(BUILD), names(DEVELOPING)]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("lock", "declared"), [(LOCKS[0], DEFAULT + BUILD), (LOCKS[1], DEVELOPING)]
)
def test_a_lock_pins_what_is_declared_for_every_python(
    lock: str, declared: list[str], python: str
) -> None:
    """Otherwise `make lock` was forgotten."""
    for requirement in map(Requirement, declared):
        pins = [
            pin
            for pin in locked(lock)
            if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
            and (pin.marker is None or pin.marker.evaluate({"python_full_version": f"{python}.0"}))
        ]
        assert len(pins) == 1, f"{requirement.name} is pinned {len(pins)} times"
        version = str(pins[0].specifier).removeprefix("==")
        assert requirement.specifier.contains(version), pins[0]


def test_both_locks_pin_the_same_versions() -> None:
    """The tools are installed over the default install, which must not change by that."""
    default = {(pin.name, str(pin.marker)): pin.specifier for pin in locked(LOCKS[0])}
    shared = [pin for pin in locked(LOCKS[1]) if (pin.name, str(pin.marker)) in default]
    assert len(shared) > 3
    assert [pin for pin in shared if pin.specifier != default[pin.name, str(pin.marker)]] == []


def test_the_pythons_are_those_that_make_looks_for() -> None:
    """The range stands in pyproject.toml and in the Makefile."""
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "(3, 11) <= v < (3, 14)" in makefile
    assert [f"python{python}" in makefile for python in PYTHONS] == [True] * len(PYTHONS)
