"""The machine and its environment, as facts; how busy others keep it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

from perf_pipeline.measure.environment import inherited
from perf_pipeline.measure.interpreter import Interpreter, describe_interpreter
from perf_pipeline.model import Fact, Machine

CGROUP = Path("/sys/fs/cgroup")
NEEDED_DISK_BYTES = 500 << 20


def describe_machine() -> Machine:
    """This machine under its name: `PERF_MACHINE`, else the host name."""
    return Machine(
        name=machine_name(),
        cpu_model=_cpu_field("model name") or platform.processor() or "unknown",
        effective_cores=effective_cores(),
        memory_bytes=memory_bytes(),
        architecture=platform.machine(),
    )


def machine_name() -> str:
    """The name that series belong to; letters, digits, dot and underscore."""
    name = os.environ.get("PERF_MACHINE") or socket.gethostname()
    return re.sub(r"[^A-Za-z0-9._]", "_", name) or "unnamed"


def effective_cores() -> float:
    """Cores this process may use: affinity, cut by the cgroup's quota."""
    allowed = float(len(os.sched_getaffinity(0)))
    quota = _cgroup("cpu.max").split()
    if len(quota) == 2 and quota[0] != "max":
        allowed = min(allowed, int(quota[0]) / int(quota[1]))
    return allowed


def environment_facts(pythons: Mapping[str, Path]) -> tuple[Fact, ...]:
    """What may differ from night to night and is listed first as suspect.

    Args:
        pythons: The interpreters that a suite uses, by a name that stays; their packages are
            facts beside those of our own. One that does not run has none.
    """
    facts = {
        "kernel": platform.release(),
        "system": platform.platform(terse=True),
        "microcode": _cpu_field("microcode"),
        "governor": _read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "turbo": _read("/sys/devices/system/cpu/intel_pstate/no_turbo"),
        "cpu_quota": _cgroup("cpu.max"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "interpreters": " ".join(sorted(pythons)),
        "yama": _read("/proc/sys/kernel/yama/ptrace_scope"),
        "clock_source": _read("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
    }
    facts |= {package_fact(name): version for name, version in _packages().items()}
    for name, python in sorted(pythons.items()):
        if python != Path(sys.executable):
            facts |= _facts_of(name, describe_interpreter(python, inherited()))
    return tuple(Fact(name, value) for name, value in facts.items() if value)


def package_fact(package: str, interpreter: str = "") -> str:
    """What the fact about a package is called; without an interpreter it is of our own."""
    return f"package {package} of {interpreter}" if interpreter else f"package {package}"


def _facts_of(name: str, interpreter: Interpreter | None) -> dict[str, str]:
    if interpreter is None:
        return {}
    packages = {package_fact(one.name, name): one.version for one in interpreter.packages}
    return {f"python of {name}": interpreter.version} | packages


def why_unfit(home: Path) -> str:
    """Why nothing can be measured here, as a sentence; empty when it can.

    A busy machine is not unfit: CPU time stands, and verdicts on the wall clock are withheld.
    """
    if not sys.platform.startswith("linux"):
        return f"measuring needs Linux, this is {sys.platform}"
    if not Path(f"/proc/self/task/{os.getpid()}/children").exists():
        return "the kernel does not list child processes under /proc (CONFIG_PROC_CHILDREN)"
    free = shutil.disk_usage(_existing(home)).free
    if free < NEEDED_DISK_BYTES:
        return f"only {free >> 20} MiB of disk are free below {home}, 500 MiB are needed"
    return ""


@dataclass(frozen=True, slots=True)
class Busy:
    """CPU seconds of the whole machine and of this run with its children, at one moment."""

    at_s: float
    machine_s: float
    ours_s: float
    throttled_ns: int

    def neighbour_until(self, later: Busy) -> float:
        """Share (0 to 1) of the machine's CPU that others took in between, steal included.

        Processes of ours that still run are counted among the others until they have ended.
        """
        capacity = (later.at_s - self.at_s) * (os.cpu_count() or 1)
        others = (later.machine_s - self.machine_s) - (later.ours_s - self.ours_s)
        return min(1.0, max(0.0, others / capacity)) if capacity > 0 else 0.0


def busy_now() -> Busy:
    """How much CPU has been used so far, by whom."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    guest = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    own = os.times()
    return Busy(
        at_s=own.elapsed,
        machine_s=sum(times) - idle - guest,
        ours_s=own.user + own.system + own.children_user + own.children_system,
        throttled_ns=_throttled_ns(),
    )


def _throttled_ns() -> int:
    found = re.search(r"throttled_usec (\d+)", _cgroup("cpu.stat"))
    return int(found[1]) * 1000 if found else 0


def _packages() -> dict[str, str]:
    return dict(sorted((d.metadata["Name"], d.version) for d in metadata.distributions()))


def _cpu_field(name: str) -> str:
    found = re.search(rf"^{name}\s*: (.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    return found[1].strip() if found else ""


def memory_bytes() -> int:
    """What the machine or its control group gives this process."""
    limit = _cgroup("memory.max")
    total = psutil.virtual_memory().total
    return min(total, int(limit)) if limit.isdigit() else total


def _cgroup(name: str) -> str:
    own = _read("/proc/self/cgroup").rpartition("::")[2].strip().lstrip("/")
    return _read(str(CGROUP / own / name)) or _read(str(CGROUP / name))


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
