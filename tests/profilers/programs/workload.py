"""What the workers of these tests call; the costs are planted."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

KEPT: list[bytes] = []


def hot(rounds: int) -> int:
    """Seven eighths of a step."""
    total = 0
    for i in range(rounds):
        total += i * i
    return total


def cool(rounds: int) -> int:
    """One eighth of a step."""
    total = 0
    for i in range(rounds):
        total += i * i
    return total


def step() -> None:
    """A call whose cost is known: 7,000 rounds hot, 1,000 cool."""
    hot(7_000)
    cool(1_000)


def many() -> None:
    """Exactly twelve calls of `leaf` and twelve of a function written in C."""
    for i in range(12):
        leaf(i)


def leaf(number: int) -> int:
    """Calls one function written in C."""
    return abs(number)


def wait() -> None:
    """Uses no processor."""
    time.sleep(0.5)


def grow() -> None:
    """Keeps 200 kB a call, a hundred times a second."""
    KEPT.append(b"x" * 200_000)
    time.sleep(0.01)


def in_threads() -> None:
    """The same work in a thread with a name made to confuse."""
    thread = threading.Thread(target=hot, args=(3_000_000,), name="queue (a); part 2")
    thread.start()
    thread.join()


def in_child() -> None:
    """The work is done by a child process."""
    code = "import workload\nfor _ in range(4000): workload.step()"
    subprocess.run([sys.executable, "-c", code], cwd=sys.path[0], check=True)
