"""What may be seen and fixed in other processes: sampling them, and where their memory lies."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from jobs.cli.diagnosis.finding import Finding, note
from perf_pipeline.model import TrialStatus

# As a worker does: it lets any process of this user look into it (PR_SET_PTRACER).
PROGRAM = """
import ctypes, time
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
print("ready", flush=True)
end = time.monotonic() + 20
while time.monotonic() < end:
    sum(range(1000))
"""
FIXED_ADDRESSES = """
import ctypes, sys
sys.exit(ctypes.CDLL(None).personality(0x0040000) == -1)
"""
RATE_HZ = 50
LOOK_S = 1.0
WAIT_S = 10.0


def findings() -> Iterator[Finding]:
    """Tried on real processes; takes about two seconds."""
    yield _sampling()
    yield _addresses()


def _sampling() -> Finding:
    from perf_pipeline.profilers.py_spy import PySpy

    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE) as program,
    ):
        try:
            if program.stdout is not None:
                program.stdout.readline()
            recording = PySpy().attach(program.pid, Path(folder), RATE_HZ, duration_s=WAIT_S)
            time.sleep(LOOK_S)
            capture = recording.finish(WAIT_S)
        finally:
            program.kill()
    if capture.status is TrialStatus.OK:
        return Finding("py-spy", f"allowed: {capture.samples} samples of a test program")
    means = f"Hotspots will be missing, timings stand. The reason: {capture.message}."
    return note("py-spy", f"not possible here ({_yama()})", means)


def _yama() -> str:
    try:
        scope = Path("/proc/sys/kernel/yama/ptrace_scope").read_text(encoding="ascii").strip()
    except OSError:
        return "no Yama in this kernel"
    return f"kernel.yama.ptrace_scope is {scope}"


def _addresses() -> Finding:
    run = subprocess.run([sys.executable, "-c", FIXED_ADDRESSES], capture_output=True, check=False)
    if run.returncode == 0:
        return Finding("addresses", "randomisation can be switched off per process")
    means = (
        "Two processes of the same code differ more, so an A/B takes more blocks. It is often the "
        "seccomp profile of a container that refuses it."
    )
    return note("addresses", "randomisation cannot be switched off", means)
