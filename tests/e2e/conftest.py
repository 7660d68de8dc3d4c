"""A fresh clone with an empty home, made once for all that a stranger would do."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
KEPT = ("PATH", "LANG", "PIP_CERT", "PIP_DEFAULT_TIMEOUT", "PYENV_ROOT", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Stranger:
    """A clone of this repository and an environment with nothing of ours in it."""

    clone: Path
    environment: dict[str, str]

    def shell(self, block: str, timeout_s: float = 1200) -> subprocess.CompletedProcess[str]:
        """Run a block of shell in the clone, stopping at the first command that fails."""
        return subprocess.run(
            ["bash", "-e", "-c", block],
            cwd=self.clone,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    """Somebody who has cloned what is committed here."""
    folder = tmp_path_factory.mktemp("stranger")
    clone, home = folder / "perf pipeline", folder / "home"
    home.mkdir()
    command = ["git", "clone", "--quiet", str(CHECKOUT), str(clone)]
    subprocess.run(command, check=True, timeout=120)
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {"HOME": str(home), "PERF_LOCK": str(folder / "lock"), "NO_COLOR": "1"}
    return Stranger(clone, environment)
