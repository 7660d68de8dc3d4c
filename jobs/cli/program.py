"""How this program is called where it was started: what a person copies must run there."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

PROGRAM = "perf-pipeline"


def as_typed(text: str) -> str:
    """A text of ours whose commands begin as this one did, unless its plain name is enough."""
    program = _program()
    return text if program == PROGRAM else _commands().sub(lambda _: program, text)


def _program() -> str:
    """The name where the shell finds it by that, else the path, relative below this folder."""
    started = Path(sys.argv[0])
    if started.name != PROGRAM or not started.exists():
        return PROGRAM
    found = shutil.which(PROGRAM)
    if found and started.samefile(found):
        return PROGRAM
    path, here = started.absolute(), Path.cwd()
    if not path.is_relative_to(here):
        return shlex.quote(str(path))
    below = str(path.relative_to(here))
    return shlex.quote(below) if "/" in below else f"./{below}"


def _commands() -> re.Pattern[str]:
    """Where the name is followed by a command: nothing else is to be typed."""
    from jobs.cli import COMMANDS

    names = "|".join(re.escape(str(command.name)) for command in COMMANDS)
    return re.compile(rf"(?<![\w./-]){PROGRAM}(?= ({names})\b)")
