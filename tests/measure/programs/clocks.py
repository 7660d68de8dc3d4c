"""Workloads whose cost is known in advance, relative to each other."""
# ruff: noqa: ANN001, ANN201, ANN202, D103  # workloads: names say it

import os
import subprocess
import sys
import threading
import time

WORK = 20_000


def _work(times):
    for _ in range(times):
        sum(range(WORK))


def spins(times=10):
    return lambda: _work(times)


def spins_beside(threads):
    """Reading the clocks of idle threads costs more than the call itself."""
    end = threading.Event()
    idle = [threading.Thread(target=end.wait) for _ in range(threads)]
    for thread in idle:
        thread.start()
    yield lambda: _work(1)
    end.set()


def spins_in_ended_threads(times=10):
    def call():
        for _ in range(times):
            thread = threading.Thread(target=_work, args=(1,))
            thread.start()
            thread.join()

    return call


def spins_in_a_pool(times=10, threads=4):
    """The threads outlive every call."""
    begin, end = threading.Barrier(threads + 1), threading.Barrier(threads + 1)
    going = True

    def worker():
        begin.wait()
        while going:
            _work(times // threads)
            end.wait()
            begin.wait()

    started = [threading.Thread(target=worker) for _ in range(threads)]
    for thread in started:
        thread.start()

    def call():
        begin.wait()
        end.wait()

    yield call
    going = False
    begin.wait()
    for thread in started:
        thread.join()


def spins_in_children(times=10):
    """Each call's child ends and is waited for."""

    def call():
        child = os.fork()
        if child == 0:
            _work(times)
            os._exit(0)
        os.waitpid(child, 0)

    return call


def spins_in_a_living_child(times=10):
    """One child works for every call and lives on."""
    code = (
        f"import sys\nfor _ in sys.stdin:\n for _ in range({times}): sum(range({WORK}))\n print()"
    )
    child = subprocess.Popen(
        [sys.executable, "-I", "-u", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )

    def call():
        child.stdin.write(b"\n")
        child.stdout.read(1)

    yield call
    child.kill()
    child.wait()


def sleeps(seconds=0.01):
    return lambda: time.sleep(seconds)


def nothing():
    return lambda: None


def allocates_before(mebibytes):
    """Set-up takes memory and gives it back; the calls take next to none."""
    bytearray(mebibytes << 20)
    return lambda: None


def allocates(mebibytes):
    return lambda: bytearray(mebibytes << 20) and None


def reports_versions():
    return lambda: {"minor": sys.version_info[1], "sizes_ms": [1, 2.5], "hits": (3, 4)}
