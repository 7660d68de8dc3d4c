"""What else runs on the machine while something is evaluated."""

from __future__ import annotations

import contextlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum

from perf_pipeline.measure.machine import describe_machine

SPIN = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(100_000))\n"


class Condition(StrEnum):
    """How busy others keep the machine."""

    IDLE = "idle"
    NEIGHBOUR = "neighbour"
    LOAD_4 = "load_4"


SPINNERS = {Condition.IDLE: 0, Condition.NEIGHBOUR: 1, Condition.LOAD_4: 4}
TITLES = {
    Condition.IDLE: "idle",
    Condition.NEIGHBOUR: "one busy neighbour",
    Condition.LOAD_4: "load 4",
}


@contextlib.contextmanager
def condition(asked: Condition) -> Iterator[None]:
    """Keep so many processes spinning; each ends with its parent, whatever becomes of it.

    Each is a session of its own: where the kernel shares the processor by sessions, four in one
    would be a single neighbour.
    """
    command = [sys.executable, "-I", "-S", "-c", SPIN]
    spinners = [subprocess.Popen(command, start_new_session=True) for _ in range(SPINNERS[asked])]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


def setting() -> str:
    """Machine, load, versions and date, in a line for the head of a table."""
    machine = describe_machine()
    memory = f"{machine.memory_bytes / 2**30:.3g} GiB"
    return (
        f"{machine.effective_cores:g} cores ({machine.cpu_model}), {memory}, Linux "
        f"{platform.release()}, CPython {platform.python_version()}, load average "
        f"{os.getloadavg()[0]:.2f}, {datetime.now(UTC).date()}."
    )
