"""Which folders of a checkout stand in for those that an editable install names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from perf_pipeline.home import CHECKOUT
from perf_pipeline.measure.fingerprint import PACKAGES
from perf_pipeline.measure.interpreter import Interpreter


def import_roots(
    interpreter: Interpreter, checkouts: Sequence[Path], folder: Path
) -> tuple[Path, ...]:
    """The same folders of another checkout, in the order in which the interpreter looks.

    A project that is installed editable, or named in `PYTHONPATH`, is imported from the checkout
    it was installed from, whichever one is measured. Environments within a checkout are not the
    project's and stay where they are. Not covered: a module installed under another name than its
    folder has, and finders that go before the import path (meson-python, scikit-build-core); what
    these import from elsewhere shows in `strays`.

    Args:
        interpreter: As it starts in a trial.
        checkouts: All working trees of the repository.
        folder: The one to import from.
    """
    kept = [
        folder / entry.relative_to(checkout)
        for entry in _entries(interpreter)
        if (checkout := containing(entry, checkouts)) is not None
    ]
    return tuple(dict.fromkeys(kept))


def containing(path: Path, folders: Sequence[Path]) -> Path | None:
    """The innermost of some folders that a path lies in."""
    around = [folder for folder in folders if path.is_relative_to(folder)]
    return max(around, key=lambda folder: len(folder.parts), default=None)


def _entries(interpreter: Interpreter) -> Iterator[Path]:
    """The folders of projects: neither packages nor the interpreter's own, nor ours."""
    roots = [_root(name, path) for name, path in interpreter.redirected]
    for entry in (*interpreter.import_path, *(root for root in roots if root)):
        found = entry.resolve()
        if found.is_dir() and found != CHECKOUT and not _is_installed(found, interpreter):
            yield found


def _root(module: str, path: Path) -> Path | None:
    """The folder from which `import module` finds that file or folder; None if none does."""
    place = path.parent if path.name == "__init__.py" else path
    names = module.split(".")
    found = (*place.parts[:-1], place.name.partition(".")[0])[-len(names) :]
    return place.parents[len(names) - 1] if list(found) == names else None


def _is_installed(folder: Path, interpreter: Interpreter) -> bool:
    if any(name in folder.parts for name in PACKAGES):
        return True
    return any(folder.is_relative_to(prefix / "lib") for prefix in interpreter.prefixes)
