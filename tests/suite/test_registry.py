"""Registered suites: a list in the home, by default only the built-in one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from perf_pipeline.home import Home
from perf_pipeline.suite.errors import SuiteError
from perf_pipeline.suite.registry import BUILT_IN_SUITE, add, registered, remove


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home that does not exist yet."""
    return Home(tmp_path / "home")


def test_the_built_in_suite_is_there_from_the_start(home: Home) -> None:
    """Without any file, and asking writes none."""
    assert registered(home) == (BUILT_IN_SUITE,)
    assert not home.root.exists()


def test_an_added_suite_stands_beside_the_built_in_one(
    home: Home, write: Callable[[dict[str, str]], Path]
) -> None:
    """Added suites follow in order; nothing but the list is left in the home."""
    root = write({})
    assert add(home, root).name == "demo"
    assert registered(home) == (BUILT_IN_SUITE, root)
    assert [path.name for path in home.root.iterdir()] == ["suites.yaml"]


def test_a_suite_is_removed_by_name_or_folder(
    home: Home, write: Callable[[dict[str, str]], Path]
) -> None:
    """Its files stay; a suite whose folder is gone goes under the folder's name."""
    root = write({})
    add(home, root)
    remove(home, "demo")
    assert registered(home) == (BUILT_IN_SUITE,)
    add(home, root)
    (root / "suite.yaml").unlink()
    remove(home, "suite")
    assert registered(home) == (BUILT_IN_SUITE,)
    remove(home, str(BUILT_IN_SUITE))
    assert registered(home) == ()


def test_a_name_is_taken_once(
    home: Home, write: Callable[[dict[str, str]], Path], tmp_path: Path
) -> None:
    """The error names both ways out."""
    root = write({})
    add(home, root)
    other = tmp_path / "other"
    other.mkdir()
    (other / "suite.yaml").write_text("name: demo\n")
    with pytest.raises(SuiteError, match="called demo is registered") as error:
        add(home, other)
    assert "perf-pipeline suite remove demo" in error.value.todo
    with pytest.raises(SuiteError, match="registered already"):
        add(home, root)
    assert registered(home) == (BUILT_IN_SUITE, root)


def test_a_folder_without_suite_leads_to_init(home: Home, tmp_path: Path) -> None:
    """And nothing is written."""
    with pytest.raises(SuiteError) as error:
        add(home, tmp_path)
    assert "perf-pipeline init" in error.value.todo
    assert not home.root.exists()


def test_an_unknown_name_is_answered_with_the_near_one(
    home: Home, write: Callable[[dict[str, str]], Path]
) -> None:
    """All registered names are told."""
    add(home, write({}))
    with pytest.raises(SuiteError) as error:
        remove(home, "demmo")
    assert error.value.todo == "Did you mean demo?"
    assert "demo" in error.value.why


@pytest.mark.parametrize("text", ["", "suites: x", "a: [", "- b", "suites: []\n---\na: 1", "\xff"])
def test_a_broken_list_is_an_error_with_a_way_out(home: Home, text: str) -> None:
    """It is never taken for an empty one, and never overwritten."""
    home.root.mkdir()
    home.suites.write_bytes(text.encode("latin-1"))
    for work in (lambda: registered(home), lambda: remove(home, "demo")):
        with pytest.raises(SuiteError) as error:
            work()
        assert "delete it" in error.value.todo
    assert home.suites.read_bytes() == text.encode("latin-1")
