"""Real processes beside the test: one that holds a database open, one that loads a store."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"


@contextmanager
def holding(database: Path, *, read_only: bool) -> Iterator[int]:
    """The id of a process that has the database open."""
    mode = ["read_only"] if read_only else []
    with start("hold", str(database), *mode) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process.pid


@contextmanager
def start(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A program of ours with its streams; it is gone when the block ends."""
    command = [sys.executable, str(PROGRAMS / f"{program}.py"), *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()
