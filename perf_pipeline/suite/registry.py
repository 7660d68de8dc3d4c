"""The registered suites: `suites.yaml` in the home, by default only the built-in one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml
from pydantic import ValidationError

from perf_pipeline.home import CHECKOUT, Home
from perf_pipeline.suite.benchmark import Suite
from perf_pipeline.suite.errors import SuiteError
from perf_pipeline.suite.fault import near_name
from perf_pipeline.suite.marked_yaml import plain, read_documents
from perf_pipeline.suite.read import read_suite
from perf_pipeline.suite.schema.base import Declared, Text
from perf_pipeline.suite.suite_file import read_suite_file

BUILT_IN_SUITE = CHECKOUT / "workloads"


class _Registry(Declared):
    """What `suites.yaml` says."""

    suites: list[Text]


def registered(home: Home) -> tuple[Path, ...]:
    """The folders of all registered suites, in the order they were added.

    Raises:
        SuiteError: `suites.yaml` cannot be read.
    """
    try:
        content = home.suites.read_bytes()
    except FileNotFoundError:
        return (BUILT_IN_SUITE,)
    except OSError as error:
        raise _unreadable(home, str(error.strerror)) from None
    documents = read_documents(content)
    if documents.broken or len(documents.complete) != 1:
        raise _unreadable(home, "It is not one YAML document.")
    try:
        registry = _Registry.model_validate(plain(documents.complete[0].node))
    except ValidationError:
        raise _unreadable(home, "It should hold `suites:` with a list of folders.") from None
    return tuple(Path(folder) for folder in registry.suites)


def add(home: Home, root: Path) -> Suite:
    """Register the suite in a folder; benchmarks with faults do not hinder that.

    Raises:
        SuiteError: The folder is no suite, or its name is registered already.
    """
    suite, roots = read_suite(root), registered(home)
    for other in roots:
        if other == suite.root:
            raise SuiteError(f"The suite in {other} is registered already.")
        if _name(other) == suite.name:
            raise SuiteError(
                f"A suite called {suite.name} is registered already.",
                why=f"It is in {other}.",
                todo=f"Change its name in {suite.root / 'suite.yaml'}, or take the other one out: "
                f"perf-pipeline suite remove {suite.name}",
            )
    _write(home, (*roots, suite.root))
    return suite


def remove(home: Home, name: str) -> None:
    """Take a suite out by its name or folder; its files and history stay.

    Raises:
        SuiteError: No such suite is registered.
    """
    roots = registered(home)
    names = [_name(root) for root in roots]
    meant = [root for root, known in zip(roots, names, strict=True) if known == name]
    meant = meant or [root for root in roots if root == Path(name).resolve()]
    if not meant:
        near = near_name(name, names)
        raise SuiteError(
            f"No suite called {name} is registered.",
            why=f"Registered: {', '.join(names) or 'none'}.",
            todo=f"Did you mean {near}?" if near else "",
        )
    _write(home, [root for root in roots if root not in meant])


def _name(root: Path) -> str:
    """The suite's name; the folder's where `suite.yaml` is gone or broken."""
    try:
        return read_suite_file(root).name
    except SuiteError:
        return root.name


def _write(home: Home, roots: Iterable[Path]) -> None:
    """Replace the file as a whole: a reader sees the old list or the new one."""
    text = yaml.safe_dump({"suites": [str(root) for root in roots]}, allow_unicode=True)
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        _replace(home.suites, text)
    except OSError as error:
        raise SuiteError(
            f"{home.suites} cannot be written: {error.strerror}.",
            kept="The list is as it was.",
            todo="Make the folder writable, or name another one in PERF_HOME.",
        ) from None


def _replace(path: Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".suites-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _unreadable(home: Home, why: str) -> SuiteError:
    return SuiteError(
        f"{home.suites} cannot be read.",
        why=why,
        todo="Mend it, or delete it to be left with the built-in suite.",
    )
