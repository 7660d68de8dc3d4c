"""Our scripts as byte code: compiling them anew would cost every trial a tenth of its time."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

TIMEOUT_S = 20.0
MARK = b"byte code of ours:"
COMPILE = """
import importlib.util, marshal, sys
with open(sys.argv[1], "rb") as file:
    code = compile(file.read(), sys.argv[1], "exec")
found = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
sys.stdout.buffer.write(sys.argv[2].encode() + found)
"""


def write_script(script: Path, python: Path, folder: Path) -> Path:
    """Put a script into a folder as byte code of an interpreter, and return where it lies.

    As source where the interpreter cannot compile it: running that says what is wrong.
    """
    code = _compiled(script, python)
    file = folder / (script.name + ("c" if code else ""))
    file.write_bytes(code or script.read_bytes())
    return file


@lru_cache(maxsize=64)
def _compiled(script: Path, python: Path) -> bytes:
    """The content of a `.pyc`; empty where the interpreter makes none."""
    command = [str(python), "-I", "-S", "-c", COMPILE, str(script), MARK.decode()]
    try:
        run = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return b""
    _, found, code = run.stdout.partition(MARK)
    return code if found and run.returncode == 0 else b""
