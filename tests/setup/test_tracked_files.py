"""What is in the repository is fit for every machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# In pieces, so that this file is not found itself.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "--index" + "-url", "--find" + "-links")
HERE = (str(ROOT), f"{Path.home()}/")
LARGEST_BYTES = 400_000


def tracked_files() -> list[Path]:
    """All files that git knows and that are there."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    files = (ROOT / name.decode() for name in listed.stdout.split(b"\0") if name)
    return [file for file in files if file.is_file()]


def lines(file: Path) -> list[str]:
    """Its lines, none for what is not text."""
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    """An install takes the registry its user has configured, and every checkout lies elsewhere."""
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for file in tracked_files()
        for number, line in enumerate(lines(file), 1)
        if any(text in line for text in (*REGISTRIES, *HERE))
    ]
    assert found == []


def test_no_file_is_large() -> None:
    """Pictures and locks included; measured data belongs into the home."""
    assert [file for file in tracked_files() if file.stat().st_size > LARGEST_BYTES] == []


def test_the_licence_is_the_one_declared() -> None:
    """In full."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.split()[:4] == ["Apache", "License", "Version", "2.0,"]
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
