"""Workloads that go wrong, each in one way."""
# ruff: noqa: ANN001, ANN201, ANN202, ANN204, D102, D103, D105  # workloads: names say it

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

HOUR = 3600


def raises():
    def call():
        raise ValueError("no such luck")

    return call


def raises_in_setup():
    raise ValueError("no such luck")


def raises_in_teardown():
    yield lambda: None
    raise ValueError("no such luck")


def yields_twice():
    yield lambda: None
    yield lambda: None


def raises_nastily():
    class Nasty(Exception):  # noqa: N818 - on purpose
        def __str__(self):
            raise RuntimeError

    def call():
        raise Nasty

    return call


def raises_surrogates():
    def call():
        raise OSError(os.fsdecode(b"caf\xe9"))

    return call


def exits():
    return lambda: sys.exit(3)


def exits_hard():
    return lambda: os._exit(7)


def segfaults():
    return lambda: os.kill(os.getpid(), signal.SIGSEGV)


def stops_itself():
    return lambda: os.kill(os.getpid(), signal.SIGSTOP)


def hangs_in_setup():
    time.sleep(HOUR)


def hangs():
    def call():
        with open("hangs", "w"):  # noqa: PTH123
            time.sleep(HOUR)

    return call


def leaves_and_hangs():
    _daemon(1)
    subprocess.Popen(["sleep", str(HOUR)], start_new_session=True, env={})
    return hangs()


def hangs_in_teardown():
    yield lambda: None
    time.sleep(HOUR)


def hangs_in_shutdown():
    def call():
        threading.Thread(target=time.sleep, args=(HOUR,)).start()
        time.sleep(0.002)

    return call


def raises_beside_a_thread():
    threading.Thread(target=time.sleep, args=(HOUR,)).start()
    raise ValueError("no such luck")


def raises_and_hangs_in_teardown():
    yield raises()
    time.sleep(HOUR)


def grows_in_a_daemon():
    """What left the trial's process group takes the memory."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            held = b"x" * (300 << 20)
            time.sleep(HOUR * bool(held))
        os._exit(0)
    return lambda: time.sleep(0.02)


def grows():
    kept = []

    def call():
        kept.append(b"x" * 30_000_000)
        time.sleep(0.01)

    return call


def floods():
    def call():
        for _ in range(100):
            os.write(1, b"x" * 65_535 + b"\n")

    yield call
    os.write(1, b"the last words\n")


def prints_garbage():
    return lambda: os.write(1, b"\xff\xfe\x00 \x80\n")


def imports_missing():
    import nosuchmodule  # noqa: F401


def imports_missing_own():
    import helper.nosuchpart  # noqa: F401


def imports(module):
    __import__(module)
    return lambda: None


def not_callable():
    return 3


def _daemon(depth):
    """A process of its own session whose parent is gone."""
    if os.fork() == 0:
        os.setsid()
        if depth:
            _daemon(depth - 1)
        else:
            time.sleep(HOUR)
        os._exit(0)


def double_forks():
    _daemon(1)
    return lambda: time.sleep(0.001)


def starts_sessions():
    def call():
        subprocess.Popen(["sleep", str(HOUR)], start_new_session=True)

    return call


def forks_many(count):
    for _ in range(count):
        if os.fork() == 0:
            time.sleep(HOUR)
            os._exit(0)
    return lambda: time.sleep(0.001)


def orphans_end():
    """Every call leaves an orphan that ends at once, and counts those nobody has buried."""
    guard = f"/proc/{os.getppid()}/task/{os.getppid()}/children"

    def call():
        child = os.fork()
        if child == 0:
            if os.fork() == 0:
                os._exit(0)
            os._exit(0)
        os.waitpid(child, 0)
        time.sleep(0.02)
        with open(guard) as file:  # noqa: PTH123
            return {"unburied": len(file.read().split()) - 1}

    return call


def child_exits():
    """Each call's child exits like a program does; its parent looks at how."""

    def call():
        if os.fork() == 0:
            sys.exit(3)
        status = os.wait()[1]
        time.sleep(0.006)
        return {"exit_code": os.WEXITSTATUS(status)}

    return call


def child_comes_back():
    """The child of the first call goes on measuring as if it were the worker."""
    worker, to_come = os.getpid(), [os.fork]

    def call():
        if to_come:
            to_come.pop()()
        elif os.getpid() == worker:
            with contextlib.suppress(ChildProcessError):
                os.wait()
        time.sleep(0.006)

    return call


def returns(kind):
    nonsense = {
        "nan": {"a": float("nan")},
        "text": {"a": "abc"},
        "bool": {"a": True},
        "name": {1: 1},
        "empty_name": {"": 1},
        "long_tuple": {"a": (1, 2, 3)},
        "more_successes": {"a": (3, 2)},
        "nested": {"a": [[1, 2]]},
        "own_clock": {"cpu_ns": 1},
        "nasty": {"a": Unshowable()},
        "surrogate": {"a\udce9": 1},
    }
    return lambda: nonsense[kind]


class Unshowable:
    """Has no text."""

    def __repr__(self):
        raise RuntimeError


def returns_mixed():
    answers = iter([1, (1, 2)] * 1000)
    return lambda: {"a": next(answers)}


def returns_many_names():
    count = iter(range(10**9))
    return lambda: {f"m{next(count)}": 1}


def returns_coroutine():
    async def call():
        await asyncio.sleep(0)

    return call


class LikeFrame:
    """Has `items` like a data frame, but is no mapping."""

    def items(self):
        return [(1, "abc")]


def returns_frame():
    return LikeFrame


def returns_much():
    values = [0.1234567890123 + i for i in range(5_000)]

    def call():
        time.sleep(0.006)
        return {f"metric_{n}": values for n in range(10)}

    return call


def breaks_promise():
    import __main__ as worker

    worker.repeat = lambda *_: None
    return lambda: time.sleep(0.001)


def closes_descriptors():
    return lambda: os.closerange(3, 256)


def _descriptor():
    return int(sys.orig_argv[-2]) if hasattr(sys, "orig_argv") else 0


def writes_into_results():
    def call():
        for text in (b"garbage", b"5\n", b'{"kind": "end"}\n', b"\xff\xfe{}\n", b"[" * 20_000):
            os.write(_descriptor(), text)
        time.sleep(0.002)

    return call


def replaces_descriptor(path):
    def call():
        with open(path, "wb") as file:  # noqa: PTH123
            os.dup2(file.fileno(), _descriptor())

    return call
