"""Collapsed stacks: read whatever py-spy writes, lose no sample, crash on nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perf_pipeline.model import Frame, FrameKind, Stack
from perf_pipeline.profilers.base import Scope
from perf_pipeline.profilers.collapsed import RawFrame, RawStack, fold, parse_line

ANYTHING = st.characters(codec="utf-8", exclude_characters="\n")
FUNCTIONS = st.text(st.sampled_from("ab_.<>; é"), min_size=1).map(lambda name: f"f{name}g")
FILES = st.text(st.sampled_from("ab/ .;<>(é"), min_size=1).map(lambda name: f"/{name}.py")
FRAMES = st.builds(RawFrame, FUNCTIONS, FILES, st.integers(1, 10**6))
COMMANDS = st.text(st.sampled_from('ab ;"()/-'), max_size=12)
NAMES = st.text(st.sampled_from("ab ();-1"), max_size=12).filter(
    lambda name: " (" not in name.partition(";")[2]
)


def written(frame: RawFrame) -> str:
    """A frame as py-spy writes it."""
    return f"{frame.function} ({frame.file}:{frame.line})"


def frame(function: str, file: str = "/app/x.py", line: int = 1) -> str:
    """One frame of a test's own line."""
    return f"{function} ({file}:{line})"


@pytest.mark.parametrize(
    ("line", "thread", "frames"),
    [
        ("f (x.py:3) 1", "", (("f", "x.py", 3),)),
        ("thread (7);f (x.py:3) 1", "", (("f", "x.py", 3),)),
        ("thread (0x7F3A);f (x.py:3) 1", "", (("f", "x.py", 3),)),
        ("thread (7): Thread-1 (work);f (x.py:3) 1", "Thread-1 (work)", (("f", "x.py", 3),)),
        ("thread (7): a;b;f (x.py:3) 1", "a;b", (("f", "x.py", 3),)),
        (
            "thread (7): M;<module> (/a b/x.py:9);A.g.<locals>.<lambda> (/a b/x.py:2) 1",
            "M",
            (("<module>", "/a b/x.py", 9), ("A.g.<locals>.<lambda>", "/a b/x.py", 2)),
        ),
        (
            "thread (7): M;<module> (/a (copy);1/x.py:9);g (<frozen importlib._bootstrap>:27) 1",
            "M",
            (("<module>", "/a (copy);1/x.py", 9), ("g", "<frozen importlib._bootstrap>", 27)),
        ),
        (
            'process 1:"python -c "a; a.f()"";process 2:"sh -c x;y";thread (3): M;f (x.py:3) 1',
            "sh -c x;y: M",
            (("f", "x.py", 3),),
        ),
        ("thread (7): M;f (x.py) 1", "M", (("f", "x.py", 0),)),
        ("thread (7): M;f (x.py:-3) 1", "M", (("f", "x.py", 0),)),
        ("thread (7): M;f (x.py:3);native 1", "M", (("f", "x.py", 3), ("native", "", 0))),
    ],
)
def test_lines(line: str, thread: str, frames: tuple[tuple[str, str, int], ...]) -> None:
    """Roots become the thread's name, the rest frames from root to leaf."""
    assert parse_line(line) == RawStack(thread, tuple(RawFrame(*frame) for frame in frames), 1)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "f (x.py:3)",
        "f (x.py:3) many",
        "thread (7): M 3",
        "f (x.py:3) ²",
        "f (x.py:3) " + "9" * 5_000,
    ],
)
def test_lines_without_stack(line: str) -> None:
    """No count or no frame: nothing is made up."""
    assert parse_line(line) is None


@given(NAMES, st.lists(FRAMES, min_size=1), st.integers(1, 10**9))
def test_what_was_written_is_read(name: str, frames: list[RawFrame], samples: int) -> None:
    """Names of threads, functions and files with blanks, semicolons and brackets come back."""
    text = ";".join(map(written, frames))
    root = f"thread (12): {name}" if name else "thread (12)"
    stack = parse_line(f"{root};{text} {samples}")
    assert stack is not None
    assert (stack.frames[1:], stack.samples) == (tuple(frames[1:]), samples)
    assert (stack.frames[0].file, stack.frames[0].line) == (frames[0].file, frames[0].line)
    # Only this cannot be known: whether the last semicolon is the name's or the function's.
    found = f"{stack.thread};{stack.frames[0].function}"
    assert found.lstrip(";") == f"{name};{frames[0].function}".lstrip(";")


@given(COMMANDS, st.lists(FRAMES, min_size=1))
def test_commands_do_not_hurt(command: str, frames: list[RawFrame]) -> None:
    """Whatever a command line holds, the stack below it is whole."""
    text = ";".join(map(written, frames))
    stack = parse_line(f'process 4:"{command}";thread (12): Main;{text} 3')
    assert stack is not None
    assert stack.frames[1:] == tuple(frames[1:])


@given(st.text(ANYTHING), st.integers(0, 10**6))
def test_nothing_crashes(text: str, samples: int) -> None:
    """Any line is read or passed over; a count is never changed."""
    stack = parse_line(f"{text} {samples}")
    assert stack is None or stack.samples == samples


@given(st.lists(st.tuples(st.lists(st.sampled_from("abc"), min_size=1), st.integers(1, 99))))
def test_no_sample_is_lost(rows: list[tuple[list[str], int]]) -> None:
    """Merging lines of equal functions keeps the sum, and each stack is there once."""
    text = "\n".join(f"{';'.join(map(frame, names))} {count}" for names, count in rows)
    folded = fold(text, Scope())
    assert folded.samples == sum(count for _, count in rows)
    assert len(folded.stacks) == len({tuple(names) for names, _ in rows})
    assert len(folded.frames) == len({name for names, _ in rows for name in names})


def test_lines_of_a_function_are_one_frame() -> None:
    """Stacks that differ only by line are one; the line with most samples is kept."""
    text = "f (/app/x.py:3);g (/app/y.py:8) 2\nf (/app/x.py:3);g (/app/y.py:9) 5\n"
    folded = fold(text, Scope((Path("/app"),)))
    own = FrameKind.OWN
    assert folded.frames == (Frame("f", "/app/x.py", 3, own), Frame("g", "/app/y.py", 9, own))
    assert folded.stacks == (Stack("", (0, 1), 7),)


def test_recursion_is_kept() -> None:
    """A function that calls itself stands in its stack as often as it runs."""
    (stack,) = fold("f (x.py:3);f (x.py:3);f (x.py:1) 4", Scope()).stacks
    assert stack == Stack("", (0, 0, 0), 4)


def test_worker_is_cut_off() -> None:
    """All down to the worker's last frame goes; samples of the worker alone are left out."""
    text = (
        "thread (1): M;<module> (/w/worker.py:9);main (/w/worker.py:5);f (/app/x.py:3) 4\n"
        "thread (1): M;<module> (/w/worker.py:9);main (/w/worker.py:6) 2\n"
        "thread (2): T;run (/lib/threading.py:1);loop (/w/worker.py:2);f (/app/x.py:3) 1\n"
    )
    folded = fold(text, Scope(worker_file="/w/worker.py"))
    assert [frame.function for frame in folded.frames] == ["f"]
    assert folded.stacks == (Stack("M", (0,), 4), Stack("T", (0,), 1))
