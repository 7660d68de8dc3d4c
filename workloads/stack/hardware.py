"""What the machine is, as the kernel tells."""

from __future__ import annotations

import os
import re
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def logical_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0))


def has_flag(name: str) -> bool:
    """Whether the processor says that it can do something, such as `avx2` or `fma`."""
    text = CPUINFO.read_text(encoding="ascii", errors="replace")
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    return found is not None and name in found[1].split()


def cache_bytes(level: int) -> int:
    """The size of a cache of the first core; 0 where the kernel does not tell."""
    sizes = []
    for folder in CACHES.glob("index*"):
        if (folder / "level").read_text(encoding="ascii").strip() == str(level):
            text = (folder / "size").read_text(encoding="ascii").strip()
            sizes.append(int(text[:-1]) * UNITS[text[-1]])
    return max(sizes, default=0)
