"""Stands for the worker: sets up, waits for a line, calls for some seconds, waits for the end.

Usage: worker.py FUNCTION SECONDS [CALLS_FILE]
"""

from __future__ import annotations

import cProfile
import sys
import time
from collections.abc import Callable

import workload


def repeat(function: Callable[[], None], seconds: float) -> int:
    """Call until the time is over; returns how often."""
    end = time.monotonic() + seconds
    calls = 0
    while time.monotonic() < end:
        function()
        calls += 1
    return calls


def main(name: str, seconds: float, calls_file: str = "") -> None:
    """Two lines come out: `ready`, and in the end the number of calls."""
    function = getattr(workload, name)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    profile = cProfile.Profile()
    calls = profile.runcall(repeat, function, seconds) if calls_file else repeat(function, seconds)
    if calls_file:
        profile.dump_stats(calls_file)
    sys.stdout.write(f"{calls}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), *sys.argv[3:])
