"""Workloads that show who works when."""
# ruff: noqa: ANN001, ANN201, ANN202, D103, PTH123  # workloads: names say it

import math
import os
import signal
import threading
import time


def notes(file, name):
    """Every call notes its beginning and its end."""
    note(file, name + "{")
    note(file, "}")

    def call():
        note(file, name + "(")
        time.sleep(0.002)
        note(file, ")")

    yield call
    note(file, ".")


def note(file, text):
    with open(file, "a", encoding="utf-8") as kept:
        kept.write(text)


def cores():
    return lambda: {"cores": len(os.sched_getaffinity(0)), "core": min(os.sched_getaffinity(0))}


def drifts(times=1.0, period_s=0.4):
    """Stands for a machine whose speed changes as time goes by."""

    def call():
        slow = 1.5 + math.sin(2 * math.pi * time.perf_counter() / period_s)
        for _ in range(int(20_000 * times * slow)):
            pass

    return call


def fails_after(calls, how):
    """The calls go well until then."""
    made = 0

    def call():
        nonlocal made
        made += 1
        if made > calls and how == "raises":
            raise ValueError("no such luck")
        if made > calls and how == "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if made > calls and how == "hangs":
            time.sleep(3600)

    return call


def slow_to_set_up(seconds):
    time.sleep(seconds)
    return lambda: sum(range(20_000))


def keeps_a_thread():
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    yield lambda: sum(range(20_000))
    end.set()
    thread.join()
