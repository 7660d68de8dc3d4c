"""What measuring cannot do without: Linux, a view of child processes, room."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator

import psutil

from jobs.cli.diagnosis.finding import Finding, note, problem
from perf_pipeline.home import Home
from perf_pipeline.measure.machine import describe_machine, why_unfit

ROOMY_DISK_BYTES = 5 << 30
ROOMY_MEMORY_BYTES = 1 << 30
USED_SWAP_SHARE = 0.1


def findings(home: Home) -> Iterator[Finding]:
    """The machine and what it lacks."""
    machine = describe_machine()
    memory = f"{machine.memory_bytes / (1 << 30):.1f} GiB"
    cores = f"{machine.effective_cores:g} cores"
    yield Finding("machine", f"{machine.name}: {machine.cpu_model}, {cores}, {memory}")
    yield _system(home)
    yield _disk(home)
    yield _memory()
    yield _swap()


def _system(home: Home) -> Finding:
    name = f"{platform.system()} {platform.release()}, {platform.machine()}"
    reason = why_unfit(home.root)
    if reason:
        return problem("system", name, f"Nothing can be measured here: {reason}.")
    return Finding("system", f"{name}; child processes can be followed")


def _disk(home: Home) -> Finding:
    folder = next(folder for folder in (home.root, *home.root.parents) if folder.exists())
    free = shutil.disk_usage(folder).free
    found = f"{free / (1 << 30):.1f} GiB free below {home.root}"
    if free < ROOMY_DISK_BYTES:
        return note("disk", found, "Enough for some nights; under 0.5 GiB nothing is measured.")
    return Finding("disk", found)


def _memory() -> Finding:
    available = psutil.virtual_memory().available
    found = f"{available / (1 << 30):.1f} GiB available"
    if available < ROOMY_MEMORY_BYTES:
        return note("memory", found, "Large cases may be killed; they then count as failed.")
    return Finding("memory", found)


def _swap() -> Finding:
    swap = psutil.swap_memory()
    if not swap.total:
        return Finding("swap", "none")
    found = f"{swap.used / (1 << 30):.1f} of {swap.total / (1 << 30):.1f} GiB used"
    if swap.used > USED_SWAP_SHARE * swap.total:
        return note("swap", found, "A trial that is swapped out measures the disk.")
    return Finding("swap", found)
