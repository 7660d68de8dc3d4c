"""A fresh clone with an empty home, made once for all that a stranger would do."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
KEPT = ("PATH", "LANG", "PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PYENV_ROOT", "SSL_CERT_FILE")
LONGEST_S = 1200.0


@dataclass(frozen=True)
class Stranger:
    """A clone of this repository and an environment with nothing of ours in it."""

    folder: Path
    clone: Path
    environment: dict[str, str]

    def shell(self, block: str) -> subprocess.CompletedProcess[str]:
        """Run a block of shell in the clone, stopping at the first command that fails."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=self.clone,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )

    def processes(self) -> dict[int, str]:
        """Everything alive that the stranger has started, with its words."""
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            try:
                text = (process / "environ").read_bytes()
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self.folder).encode() in text:
                found[int(process.name)] = words
        return found

    def wait_for_silence(self, patience_s: float) -> dict[int, str]:
        """What is alive still when the time is over; empty as soon as nothing is."""
        deadline = time.monotonic() + patience_s
        while (found := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return found


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stranger]:
    """Somebody who has cloned what is here, and at the end leaves nothing running."""
    folder = tmp_path_factory.mktemp("stranger")
    clone = folder / "perf pipeline"
    _clone(clone)
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PERF_LOCK": str(folder / "lock"),
        "NO_COLOR": "1",
    }
    found = Stranger(folder, clone, environment)
    yield found
    assert found.wait_for_silence(10) == {}


def _clone(clone: Path) -> None:
    """What is committed; with uncommitted changes the files as they lie here, as one commit."""
    if not _git("status", "--porcelain"):
        _git("clone", "--quiet", str(CHECKOUT), str(clone))
        return
    for name in _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        source, target = CHECKOUT / name, clone / name
        if name and source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            target.chmod(source.stat().st_mode)
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "all")):
        subprocess.run(["git", *who, "-C", str(clone), *words], check=True, timeout=300)


def _git(*words: str) -> str:
    command = ["git", "-C", str(CHECKOUT), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout


@pytest.fixture(scope="session")
def installed(stranger: Stranger) -> Stranger:
    """The stranger after the installation, which every target of the Makefile begins with."""
    ended = stranger.shell("make install")
    assert ended.returncode == 0, ended.stderr
    return stranger
