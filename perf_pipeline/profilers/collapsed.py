r"""Collapsed stacks as py-spy writes them (`record -f raw -t`, with `-s` also processes).

One line is one stack and its samples: roots, then frames from the root to the leaf.

    process 71:"python app.py";thread (72): Main;<module> (/app.py:9);f (/app.py:3) 41

Nothing is escaped: commands, names of threads and files may hold semicolons, blanks and
parentheses. A function's name is taken to hold no ` (`. A name with a line break splits its line:
the part without a count is passed over, the other one keeps its frames.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from perf_pipeline.model import Frame, Stack
from perf_pipeline.profilers.base import Scope
from perf_pipeline.profilers.frames import FrameTable

_THREAD = re.compile(r"(?P<processes>.*;)?thread \((?:0x[0-9A-Fa-f]+|\d+)\)(?:: |;|$)", re.DOTALL)
_COMMAND = re.compile(r'.*process \d+:"(.*)";', re.DOTALL)
_COUNTED = re.compile(r"(.*) ([0-9]{1,18})", re.DOTALL)
_LINE_CLOSES = re.compile(r":-?\d+\)$")
_FRAME = re.compile(r"(?P<function>.*?) \((?P<file>.*?)(?::(?P<line>-?\d{1,9}))?\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RawFrame:
    """A frame as it was written; `line` is 0 when unknown."""

    function: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class RawStack:
    """A line as it was written; `thread` is the thread's name, after its command if there is one.

    Numbers of threads and processes are left out: they say nothing on another night.
    """

    thread: str
    frames: tuple[RawFrame, ...]
    samples: int


@dataclass(frozen=True, slots=True)
class Folded:
    """All stacks of a recording by function."""

    frames: tuple[Frame, ...]
    stacks: tuple[Stack, ...]

    @property
    def samples(self) -> int:
        """The samples that fell on the user's code and what it called."""
        return sum(stack.samples for stack in self.stacks)


def fold(text: str, scope: Scope) -> Folded:
    """Read a whole recording: lines merged to functions, the worker's own frames cut off.

    Samples in which only the worker's own frames were running are left out altogether.
    """
    table = FrameTable(scope.own_roots)
    counts: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for stack in filter(None, map(parse_line, text.split("\n"))):
        frames = _below_worker(stack.frames, scope.worker_file)
        numbers = tuple(
            table.index(frame.function, frame.file, frame.line, stack.samples) for frame in frames
        )
        if numbers:
            counts[stack.thread, numbers] += stack.samples
    stacks = (Stack(thread, numbers, n) for (thread, numbers), n in sorted(counts.items()))
    return Folded(table.frames(), tuple(stacks))


def parse_line(line: str) -> RawStack | None:
    """One line; None when it holds no count or no frame.

    >>> parse_line("thread (7): Main;f (/my app.py:3) 41")
    RawStack(thread='Main', frames=(RawFrame(function='f', file='/my app.py', line=3),), samples=41)
    """
    counted = _COUNTED.fullmatch(line)
    if counted is None:
        return None
    thread, body = _split_roots(counted[1])
    frames = tuple(_frames(body))
    return RawStack(thread, frames, int(counted[2])) if frames else None


def _split_roots(text: str) -> tuple[str, str]:
    """The thread's name and the frames.

    A name reaches to its first semicolon, and on to the last one before the first frame's ` (`,
    so that a name with semicolons keeps them.
    """
    head = _THREAD.match(text)
    if head is None:
        return "", text
    command = _COMMAND.match(head["processes"] or "")
    name, body = "", text[head.end() :]
    if head[0].endswith(": "):
        name, _, body = body.partition(";")
        rest, opened, _ = body.partition(" (")
        more, semicolon, _ = rest.rpartition(";")
        if opened and semicolon:
            name, body = f"{name};{more}", body[len(more) + 1 :]
    return ": ".join(filter(None, (command[1] if command else "", name))), body


def _frames(body: str) -> Iterator[RawFrame]:
    """Split at the semicolons that follow a complete frame."""
    pending = ""
    for piece in body.split(";"):
        pending = f"{pending};{piece}" if pending else piece
        if _is_complete(pending):
            yield _frame(pending)
            pending = ""
    if pending:
        yield RawFrame(pending, "", 0)


def _is_complete(text: str) -> bool:
    if " (" not in text or not text.endswith(")"):
        return False
    return bool(_LINE_CLOSES.search(text)) or text.count("(") <= text.count(")")


def _frame(text: str) -> RawFrame:
    match = _FRAME.fullmatch(text)
    if match is None:
        return RawFrame(text, "", 0)
    return RawFrame(match["function"], match["file"], max(0, int(match["line"] or 0)))


def _below_worker(frames: tuple[RawFrame, ...], worker_file: str) -> tuple[RawFrame, ...]:
    if not worker_file:
        return frames
    last = max((i for i, frame in enumerate(frames) if frame.file == worker_file), default=-1)
    return frames[last + 1 :]
