"""Measures one case in this fresh process and tells its supervisor; standard library only.

Runs under the workload's interpreter (any Python from 3.8), copied into an empty folder so that
nothing of ours can be imported from here. Called as `worker.py SPEC OUT IN`: a JSON file, the
descriptor to write JSON lines to, the descriptor to read "go" from.

One value is `loops` calls. Per call it keeps wall time, the CPU time of the process tree, and
waiting: wall minus CPU minus run-queue delay of the tree, never below 0. With threads that run in
parallel waiting is an underestimate; run-queue delay of threads that ended within the value is
lost and counts as waiting. CPU time of a process that its parent left to others (a daemon) is lost
once it has ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import math
import os
import resource
import select
import signal
import sys
import time
from array import array
from collections import Counter
from collections.abc import Mapping
from types import CoroutineType, GeneratorType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from typing import Any, NoReturn, Protocol

    class Tree(Protocol):
        """Whose CPU time counts: (CPU ns, run-queue ns) so far."""

        def before(self) -> tuple[int, int]:
            """Read before a value, CPU last."""

        def after(self) -> tuple[int, int]:
            """Read after a value, CPU first: what reading costs must not count."""


SHORTEST_VALUE_NS = 1_000_000
LONGEST_VALUE_NS = 5_000_000
KEPT_VALUES = 50_000
MOST_METRICS = 1_000
MOST_LOOPS = 1_000_000
MOST_MAPPINGS = 1_000
MOST_PARTS = 100_000
TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
NUMBER = (int, float)
PLAIN = {type(None), bool, int, float, complex, str, bytes}
LONG_WAIT_S = 1.0
OTHERS_TURN = "the turn of the other arm"
MEASURED_HERE = {
    "wall_ns",
    "cpu_ns",
    "waiting_ns",
    "peak_rss_bytes",
    "setup_ns",
    "startup_ns",
}


class WorkloadError(Exception):
    """The workload broke its contract; the text is for its author."""


class MissingProgramError(WorkloadError):
    """A command's program cannot be started here."""


class Series:
    """Values in the order observed; over 50,000 every second is dropped and so on.

    Arrays, so that what is kept weighs little in the peak memory of the workload.
    """

    def __init__(self) -> None:
        self.values = array("d")
        self.attempts = array("d")
        self.warmups = 0
        self._stride = 1
        self._seen = 0

    def add(self, value: float, attempts: float | None, warmup: bool) -> None:
        if self.values and (attempts is None) == bool(self.attempts):
            raise WorkloadError("a number in one call, (successes, attempts) in another")
        self._seen += 1
        if self._seen % self._stride:
            return
        self.values.append(value)
        if attempts is not None:
            self.attempts.append(attempts)
        self.warmups += warmup
        if len(self.values) >= KEPT_VALUES:
            self._halve()

    def _halve(self) -> None:
        self._stride *= 2
        self.values = self.values[1::2]
        self.attempts = self.attempts[1::2]
        self.warmups //= 2

    def message(self) -> dict[str, Any]:
        values, attempts = self.values.tolist(), self.attempts.tolist()
        return {"values": values, "attempts": attempts, "warmups": self.warmups}


def read_bytes(path: str) -> bytes:
    """A small file of /proc, at half the cost of `open`; empty when it is gone."""
    parts: list[bytes] = []
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            while not parts or parts[-1]:
                parts.append(os.read(handle, 4096))
        finally:
            os.close(handle)
    except OSError:
        pass
    return b"".join(parts)


def threads_of(pid: int | str) -> list[str]:
    try:
        return os.listdir("/proc/%s/task" % pid)
    except OSError:
        return []


def children_and_queue(pid: int | str) -> tuple[list[int], int]:
    """(children of a process, ns its living threads waited for a CPU)."""
    children: list[int] = []
    queued = 0
    for thread in threads_of(pid):
        folder = "/proc/%s/task/%s/" % (pid, thread)
        children.extend(map(int, read_bytes(folder + "children").split()))
        queued += queue_ns(read_bytes(folder + "schedstat"))
    return children, queued


def queue_ns(schedstat: bytes) -> int:
    fields = schedstat.split()
    return int(fields[1]) if len(fields) > 1 else 0


def process_cpu_ns(pid: int) -> int:
    """CPU time of a process with its ended threads; 0 when it is gone."""
    try:
        return time.clock_gettime_ns((~pid << 3) | 2)  # the kernel's name for that clock
    except OSError:
        return 0


def ended_children_ns(pid: int) -> int:
    """CPU time of the children that a process has waited for, in ticks of 10 ms."""
    fields = read_bytes("/proc/%d/stat" % pid).rpartition(b")")[2].split()
    return (int(fields[13]) + int(fields[14])) * TICK_NS if len(fields) > 14 else 0


def tree_ns(pids: list[int]) -> tuple[int, int]:
    """(CPU ns, run-queue ns) of these processes and all below them."""
    cpu = queued = 0
    for pid, children_queued in walk(pids):
        cpu += process_cpu_ns(pid) + ended_children_ns(pid)
        queued += children_queued
    return cpu, queued


def walk(pids: list[int]) -> Iterator[tuple[int, int]]:
    """(pid, run-queue ns) of these processes and all below them."""
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        children, queued = children_and_queue(pid)
        waiting.extend(children)
        yield pid, queued


class OwnTree:
    """The clock of this process, its threads and its children."""

    def before(self) -> tuple[int, int]:
        below, queued = self._below()
        return time.process_time_ns() + below, queued

    def after(self) -> tuple[int, int]:
        own = time.process_time_ns()
        below, queued = self._below()
        return own + below, queued

    def _below(self) -> tuple[int, int]:
        """(CPU ns of all children, run-queue ns of the whole tree)."""
        reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
        children, queued = children_and_queue("self")
        cpu, below_queued = tree_ns(children) if children else (0, 0)
        return cpu + int((reaped.ru_utime + reaped.ru_stime) * 1e9), queued + below_queued


class ServiceTree:
    """The clock of the service that is judged; the caller's own time does not count."""

    def __init__(self, pid: int) -> None:
        self._pids = [pid]

    def before(self) -> tuple[int, int]:
        return tree_ns(self._pids)

    after = before


def high_water_bytes(pid: int) -> int:
    """VmHWM: the peak since `clear_refs`, never the peak a child inherits from its spawner."""
    for line in read_bytes("/proc/%s/status" % pid).splitlines():
        if line.startswith(b"VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def forget_peak(pid: int) -> None:
    try:
        with open("/proc/%s/clear_refs" % pid, "w") as file:
            file.write("5")
    except OSError:
        pass


class Channel:
    """JSON lines to the supervisor, and its "go"."""

    def __init__(self, out: int, incoming: int) -> None:
        os.set_inheritable(out, False)
        os.set_inheritable(incoming, False)
        self._out = out
        self._in = incoming
        self._owner = os.getpid()
        self._pipe = os.fstat(out)

    def is_ours(self) -> bool:
        """False in a child that the workload forked and that came back from the call."""
        return os.getpid() == self._owner

    def send(self, kind: str, **fields: Any) -> None:
        if not self.is_ours():
            os._exit(1)
        fields["kind"] = kind
        # The first newline ends whatever a workload may have written to this descriptor.
        rest = memoryview(b"\n%s\n" % json.dumps(fields).encode("ascii"))
        try:
            self._check()
            while rest:
                rest = rest[os.write(self._out, rest) :]
        except OSError:
            sys.stderr.write("the workload closed the descriptor that its results go through\n")
            leave(1)

    def _check(self) -> None:
        """A descriptor that now is a file of the workload must not be written to."""
        now = os.fstat(self._out)
        if (now.st_dev, now.st_ino) != (self._pipe.st_dev, self._pipe.st_ino):
            raise OSError

    def wait_for_go(self) -> None:
        os.read(self._in, 64)


class Turns:
    """Two workers on one core, of which one works at a time: a byte through a pipe hands over.

    Whatever slows the core for longer than a value thus falls on both arms alike. A worker that
    has no other, or whose other is gone, never waits. Both do just the same, so that their memory
    is laid out alike: who begins finds its byte in the pipe.
    """

    def __init__(self, given: dict[str, Any] | None, channel: Channel) -> None:
        self._channel = channel
        self._given = given is not None
        self._alone = given is None
        self._held_ns = self._switches = 0
        if given is not None:
            self._read, self._write = map(int, given["pipes"])
            for pipe in (self._read, self._write):
                os.set_inheritable(pipe, False)
            os.sched_setaffinity(0, {given["core"]})
            channel.send("phase", phase=OTHERS_TURN)
            self.wait()

    def wait(self) -> None:
        """Wait for the turn, however long; a long wait is told, as it is no fault of ours."""
        if self._alone:
            return
        if not select.select([self._read], [], [], LONG_WAIT_S)[0]:
            self._channel.send("phase", phase=OTHERS_TURN)
            select.select([self._read], [], [])
            self._channel.send("phase", phase="step")
        self._alone = not os.read(self._read, 1)

    def hand_over(self) -> None:
        """Let the other work."""
        if not self._alone:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._write, b"x")

    def value(self, timer: Timer | Command) -> None:
        """Take one value in a turn of its own."""
        self.wait()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
        self._held_ns += timer.value(warmup=False)
        self._switches += resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before
        self.hand_over()

    def counted(self) -> dict[str, int]:
        """Counters without the other's turns; empty where there was no other."""
        if not self._given:
            return {}
        return {"wall_ns": self._held_ns, "voluntary_switches": self._switches}


def leave(code: int) -> NoReturn:
    """End now: threads that the workload left running cannot hold us up."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


def shake_heap(seed: int) -> list[bytearray]:
    """Move what malloc hands out next, as a draw from `seed`; what it returns must stay alive."""
    from _random import Random

    draw = Random(seed).random
    small = [bytearray(int(draw() * 512)) for _ in range(400 + int(draw() * 500))]
    kept = [block for block in small if draw() < 0.5]
    kept.extend(bytearray(600 + int(draw() * 16_400)) for _ in range(int(draw() * 32)))
    kept.append(bytearray(int(draw() * 1_048_576)))
    return kept


def load_factory(spec: dict[str, Any]) -> Callable[..., Any]:
    """The factory, imported with the workload's folder and the suite's root on the path."""
    ours = {os.path.realpath(path) for path in spec["hidden_paths"]}
    sys.path[:] = spec["paths"] + [p for p in sys.path[1:] if os.path.realpath(p) not in ours]
    sys.argv[:] = [spec["file"] or spec["module"]]
    if spec["file"]:
        name = os.path.splitext(os.path.basename(spec["file"]))[0]
        found = importlib.util.spec_from_file_location(name, spec["file"])
        if found is None or found.loader is None:
            raise WorkloadError("%s is not a Python file" % spec["file"])
        module = importlib.util.module_from_spec(found)
        sys.modules[name] = module
        found.loader.exec_module(module)
    else:
        module = importlib.import_module(spec["module"])
    try:
        factory: Callable[..., Any] = getattr(module, spec["factory"])
    except AttributeError:
        raise WorkloadError("no %s in %s" % (spec["factory"], sys.argv[0])) from None
    return factory


def build(
    factory: Callable[..., Any], parameters: dict[str, Any]
) -> tuple[Callable[[], Any], Generator[Any, None, None] | None]:
    """(callable to measure, generator to close or None)."""
    made = factory(**parameters)
    generator: Any = None
    if isinstance(made, GeneratorType):
        generator = made
        made = next(made, None)
    if not callable(made):
        raise WorkloadError("the factory gave %s, not a callable" % type(made).__name__)
    return made, generator


def close(generator: Generator[Any, None, None] | None) -> None:
    """Run what stands after the `yield`."""
    if generator is not None and next(generator, generator) is not generator:
        raise WorkloadError("the factory yielded twice")


def close_quietly(generator: Generator[Any, None, None] | None) -> None:
    """Tear down after a failure; what fails now would only hide the first error."""
    if generator is not None:
        with contextlib.suppress(BaseException):
            next(generator, None)


def shown(value: Any) -> str:
    """A value as a message can carry it, whatever it is."""
    try:
        text = repr(value)
    except Exception:
        text = "a %s" % type(value).__name__
    return sound(text)[:60]


def sound(text: str) -> str:
    """Text that can be stored as UTF-8: lone surrogates replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def check_number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, NUMBER) or not math.isfinite(value):
        raise WorkloadError("a finite number is needed, not %s" % shown(value))
    return float(value)


def check_proportion(value: tuple[Any, ...]) -> tuple[float, float]:
    """(successes, attempts), where that is what the pair holds."""
    if len(value) == 2:
        successes, attempts = (check_number(plain(part)) for part in value)
        if 0 <= successes <= attempts:
            return successes, attempts
    raise WorkloadError("(successes, attempts) or a list is needed, not %s" % shown(value))


def plain(value: Any) -> Any:
    """NumPy scalars and arrays as the Python numbers they hold."""
    return value.tolist() if hasattr(value, "tolist") else value


class Results:
    """Everything observed in this trial, by metric."""

    def __init__(self) -> None:
        self.series: dict[str, Series] = {}
        self.mapping = False
        self._names: set[str] = set()

    def add(self, name: str, value: float, warmup: bool, attempts: float | None = None) -> None:
        self.series.setdefault(name, Series()).add(value, attempts, warmup)

    def add_returned(self, returned: Any, warmup: bool) -> None:
        """Keep the extra metrics that one call returned."""
        if isinstance(returned, CoroutineType):
            returned.close()
            raise WorkloadError("the call gave a coroutine that nobody ran; use asyncio.run in it")
        if not isinstance(returned, Mapping):
            return
        self.mapping = True
        for name, value in returned.items():
            if name not in self._names:
                self._check_name(name)
            try:
                self._add_value(plain(value), name, warmup)
            except WorkloadError as error:
                raise WorkloadError("the metric %s: %s" % (name, error)) from None

    def _check_name(self, name: Any) -> None:
        if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 200:
            raise WorkloadError("metric names are texts, not %s" % shown(name))
        if name in MEASURED_HERE:
            raise WorkloadError("%s is measured already; give the metric another name" % name)
        if len(self._names) >= MOST_METRICS:
            raise WorkloadError("over %d different metric names" % MOST_METRICS)
        self._names.add(name)

    def _add_value(self, value: Any, name: str, warmup: bool) -> None:
        if isinstance(value, tuple):
            successes, attempts = check_proportion(value)
            self.add(name, successes, warmup, attempts)
        elif isinstance(value, list):
            for one in value:
                self.add(name, check_number(plain(one)), warmup)
        else:
            self.add(name, check_number(value), warmup)

    def message(self) -> dict[str, Any]:
        return {name: series.message() for name, series in self.series.items()}


def add_clocks(results: Results, read: tuple[int, int, int], calls: int, warmup: bool) -> None:
    """Keep wall, CPU and waiting per call; `read` is (wall, CPU, run-queue) ns of all calls."""
    wall, cpu, queued = read
    waiting = max(0, wall - cpu - queued)
    for name, total in (("wall_ns", wall), ("cpu_ns", max(0, cpu)), ("waiting_ns", waiting)):
        results.add(name, total / calls, warmup)


class Timer:
    """Times values of `loops` calls; with `keep` it keeps what the calls of the last one gave."""

    def __init__(self, call: Callable[[], Any], tree: Tree, results: Results) -> None:
        self._call = call
        self._tree = tree
        self._results = results
        self.loops = 1
        self.iterations = 0
        self.keep = False
        self.kept: list[Any] = []

    def value(self, warmup: bool) -> int:
        """Time one value; returns its wall ns (of all loops)."""
        call, loops = self._call, range(self.loops)
        self.kept = returned = []
        if self._results.mapping or self.loops == 1:
            cpu, queued = self._tree.before()
            start = time.perf_counter_ns()
            returned = [call() for _ in loops]
            wall = time.perf_counter_ns() - start
        else:
            cpu, queued = self._tree.before()
            start = time.perf_counter_ns()
            for _ in loops:
                call()
            wall = time.perf_counter_ns() - start
        cpu_after, queued_after = self._tree.after()
        self._keep(wall, cpu_after - cpu, queued_after - queued, warmup)
        for one in returned:
            self._results.add_returned(one, warmup)
        if self.keep:
            self.kept = returned
        return wall

    def _keep(self, wall: int, cpu: int, queued: int, warmup: bool) -> None:
        self.iterations += 0 if warmup else self.loops
        add_clocks(self._results, (wall, cpu, queued), self.loops, warmup)

    def last_returned(self) -> Any:
        """What the last call returned; one more call where that was not kept."""
        return self.kept[-1] if self.kept else self._call()

    def fix(self, loops: int) -> None:
        """Take a number of loops that was chosen before; the first value is a single call."""
        self.value(warmup=True)
        self.loops = min(loops, MOST_MAPPINGS) if self._results.mapping else loops

    def calibrate(self, values: int, startup_ns: int) -> None:
        """Choose loops so that all values together take one to two times the start-up."""
        wanted = 1.5 * startup_ns / max(1, values)
        wanted = min(LONGEST_VALUE_NS, max(SHORTEST_VALUE_NS, wanted))
        wall = self.value(warmup=True)
        most = MOST_MAPPINGS if self._results.mapping else MOST_LOOPS
        while wall < wanted and self.loops < most:
            factor = min(10, max(2, wanted / max(1, wall)))
            self.loops = min(most, math.ceil(self.loops * factor))
            wall = self.value(warmup=True)
            if wall >= SHORTEST_VALUE_NS and wall >= wanted / 2:
                break


def run_callable(spec: dict[str, Any], channel: Channel, results: Results) -> None:
    """Set up, warm up, measure, report, tear down."""
    turns = Turns(spec["turns"], channel)
    channel.send("phase", phase="set-up")
    began = time.perf_counter_ns()
    call, generator = build(load_factory(spec), spec["parameters"])
    results.add("setup_ns", time.perf_counter_ns() - began, False)
    pid = spec["service_pid"]
    tree: Tree = ServiceTree(pid) if pid else OwnTree()
    timer = Timer(call, tree, results)
    timer.keep = spec["digest"]
    try:
        report(spec, channel, results, timer, turns)
    except BaseException as error:
        fail(channel, error, generator)
    channel.send("phase", phase="teardown")
    close(generator)


def report(
    spec: dict[str, Any], channel: Channel, results: Results, timer: Timer, turns: Turns
) -> None:
    """Measure and send the result, before teardown can spoil it."""
    channel.send("phase", phase="step")
    warm_up(spec, timer)
    if spec["wait"]:
        channel.send("ready")
        channel.wait_for_go()
    before = Counts(spec["service_pid"])
    turns.hand_over()
    began = time.perf_counter_ns()
    profiled(spec, lambda: repeat(spec, timer, turns))
    elapsed = time.perf_counter_ns() - began
    turns.wait()
    counters = {**before.until_now(), "wall_ns": elapsed, **turns.counted()}
    one_thread = len(threads_of("self")) == 1 and not children_and_queue("self")[0]
    results.add("peak_rss_bytes", float(counters["peak_rss_bytes"]), False)
    iterations, imported = timer.iterations, imported_files()
    channel.send(
        "result",
        series=results.message(),
        counters=counters,
        loops=timer.loops,
        iterations=iterations,
        imported=imported,
        output=output_digest(timer) if spec["digest"] and not spec["duration_s"] else "",
        one_thread=one_thread,
    )
    turns.hand_over()


def warm_up(spec: dict[str, Any], timer: Timer | Command) -> None:
    if spec["loops"]:
        timer.fix(spec["loops"])
    else:
        timer.calibrate(spec["values"], time.perf_counter_ns() - spec["spawned_ns"])
    for _ in range(spec["warmups"] - 1):
        timer.value(warmup=True)


def repeat(spec: dict[str, Any], timer: Timer | Command, turns: Turns) -> None:
    """Take the promised values, or values for the promised duration."""
    if spec["duration_s"]:
        end = time.perf_counter_ns() + int(spec["duration_s"] * 1e9)
        while time.perf_counter_ns() < end:
            timer.value(warmup=False)
    else:
        for _ in range(spec["values"]):
            turns.value(timer)


def output_digest(timer: Timer) -> str:
    """What the last call returned as 16 hex digits; empty where that cannot be compared.

    After all clocks and counters were read. With other loops or values it is another call.
    """
    try:
        returned = timer.last_returned()
        if returned is None or isinstance(returned, Mapping):
            return ""
        return digest(returned)
    except Exception:
        return ""


def digest(value: Any) -> str:
    """16 hex digits that equal values share: plain data, and buffers such as NumPy arrays.

    Floats count bit by bit. Raises TypeError for anything else, and for over 100,000 parts
    (lists of numbers or texts count as one).
    """
    import hashlib

    found = hashlib.sha256()
    waiting = [value]
    for _ in range(MOST_PARTS):
        if not waiting:
            return found.hexdigest()[:16]
        part = waiting.pop()
        if isinstance(part, Mapping):
            part = [*part.items()]
        if isinstance(part, (list, tuple)) and not PLAIN.issuperset(map(type, part)):
            found.update(b"%d items;" % len(part))
            waiting.extend(part)
        else:
            head, body = leaf(part)
            found.update(b"%s;" % head.encode())
            found.update(body)
            found.update(b";")
    raise TypeError("too many parts")


def leaf(part: Any) -> tuple[str, Any]:
    """(sort and shape, bytes) of a value without parts, or with plain ones only."""
    if type(part) in PLAIN or isinstance(part, (list, tuple, int, float, complex, str)):
        return type(part).__name__, repr(part).encode()
    if isinstance(part, (set, frozenset)):
        return "set", "".join(sorted(map(digest, part))).encode()
    view = memoryview(part)
    if "O" in view.format:
        raise TypeError("objects have no bytes")
    return "%s %s" % (view.format, view.shape), view if view.c_contiguous else view.tobytes()


def profiled(spec: dict[str, Any], action: Callable[[], None]) -> None:
    if not spec["cprofile"]:
        action()
        return
    import cProfile

    profile = cProfile.Profile()
    profile.enable()
    try:
        action()
    finally:
        profile.disable()
        profile.dump_stats(spec["cprofile"])


class Counts:
    """What the kernel counted of this process or of a service, from here to `until_now`.

    Peak memory is that of this process without its children; that of a service is the sum over
    its processes, each with its own peak: shared pages count once for each, and the peaks need
    not have fallen together.
    """

    def __init__(self, service_pid: int) -> None:
        self._service_pid = service_pid
        for pid in self._judged():
            forget_peak(pid)
        self._usage = resource.getrusage(resource.RUSAGE_SELF)
        self._tree: Tree = ServiceTree(service_pid) if service_pid else OwnTree()
        self._blocks = allocated_blocks()
        self._collections = collections()
        self._cpu, self._queued = self._tree.before()

    def _judged(self) -> list[int]:
        service = self._service_pid
        return [pid for pid, _ in walk([service])] if service else [os.getpid()]

    def until_now(self) -> dict[str, int]:
        cpu, queued = self._tree.after()
        counted = {
            "cpu_ns": max(0, cpu - self._cpu),
            "run_queue_ns": max(0, queued - self._queued),
            "peak_rss_bytes": sum(map(high_water_bytes, self._judged())),
        }
        if not self._service_pid:
            usage = resource.getrusage(resource.RUSAGE_SELF)
            counted["minor_faults"] = usage.ru_minflt - self._usage.ru_minflt
            counted["major_faults"] = usage.ru_majflt - self._usage.ru_majflt
            counted["voluntary_switches"] = usage.ru_nvcsw - self._usage.ru_nvcsw
            counted["involuntary_switches"] = usage.ru_nivcsw - self._usage.ru_nivcsw
            counted["gc_collections"] = collections() - self._collections
            counted["allocated_blocks"] = allocated_blocks() - self._blocks
        return counted


def allocated_blocks() -> int:
    return sys.getallocatedblocks() if hasattr(sys, "getallocatedblocks") else 0


def collections() -> int:
    if sys.implementation.name != "cpython":
        return 0
    return sum(generation["collections"] for generation in gc.get_stats())


def imported_files() -> dict[str, Any]:
    """Files of every module imported, and where the interpreter keeps its own."""
    modules = list(sys.modules.values())
    # By way of the dictionary: asking a lazy module for an attribute may import it.
    files = {getattr(module, "__dict__", {}).get("__file__") for module in modules}
    return {
        "files": sorted(f for f in files if isinstance(f, str) and f != __file__),
        "standard": sorted({os.path.dirname(os.__file__), sys.base_prefix + "/lib"}),
        "version": sys.version,
    }


class Command:
    """One execution of a command line per value; the time and memory are the command's.

    Peak memory is that of the command's largest process. It is read while it runs and taken from
    the kernel at the end, where that is more than our own, which the command inherited.
    """

    def __init__(self, command: list[str], results: Results) -> None:
        self._command = command
        self._results = results
        self.loops = 1
        self.iterations = 0
        self.counts: Counter[str] = Counter()
        self.peak = 0

    def value(self, warmup: bool) -> int:
        began = time.perf_counter_ns()
        pid = self._start()
        self._watch(pid)
        wall = time.perf_counter_ns() - began
        queued = children_and_queue(pid)[1]
        _, status, usage = os.wait4(pid, 0)
        if status:
            raise WorkloadError("the command ended with %s" % ended(status))
        cpu = int((usage.ru_utime + usage.ru_stime) * 1e9)
        add_clocks(self._results, (wall, cpu, queued), 1, warmup)
        if usage.ru_maxrss * 1024 > high_water_bytes(os.getpid()):
            self.peak = max(self.peak, usage.ru_maxrss * 1024)
        if not warmup:
            self.iterations += 1
            self.counts.update(
                cpu_ns=cpu,
                run_queue_ns=queued,
                minor_faults=usage.ru_minflt,
                major_faults=usage.ru_majflt,
                voluntary_switches=usage.ru_nvcsw,
                involuntary_switches=usage.ru_nivcsw,
            )
        return wall

    def _start(self) -> int:
        import subprocess

        try:
            process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        except OSError as error:
            reason = "%s could not be started: %s" % (self._command[0], error.strerror)
            raise MissingProgramError(reason) from None
        process.returncode = 0  # it is waited for here, not by its object
        return process.pid

    def _watch(self, pid: int) -> None:
        """Wait until it ends, without reaping it, and note its peak memory on the way."""
        handle = os.pidfd_open(pid)
        try:
            while not select.select([handle], [], [], 0.005)[0]:
                self.peak = max(self.peak, high_water_bytes(pid))
        finally:
            os.close(handle)

    def calibrate(self, values: int, startup_ns: int) -> None:  # noqa: ARG002 - as Timer
        self.value(warmup=True)

    def fix(self, loops: int) -> None:  # noqa: ARG002 - as Timer
        self.value(warmup=True)


def ended(status: int) -> str:
    """An exit as a person says it."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names = {one.value: one.name for one in signal.Signals}
        return "signal %s" % names.get(number, number)
    return "exit code %s" % os.WEXITSTATUS(status)


def run_command(spec: dict[str, Any], channel: Channel, results: Results) -> None:
    channel.send("phase", phase="step")
    command = Command(spec["command"], results)
    warm_up(spec, command)
    if spec["wait"]:
        channel.send("ready")
        channel.wait_for_go()
    began = time.perf_counter_ns()
    repeat(spec, command, Turns(None, channel))
    elapsed = time.perf_counter_ns() - began
    counters = dict(command.counts, wall_ns=elapsed, peak_rss_bytes=command.peak)
    if command.peak:
        results.add("peak_rss_bytes", float(command.peak), False)
    channel.send(
        "result",
        series=results.message(),
        counters=counters,
        loops=1,
        iterations=command.iterations,
        imported={"files": [], "standard": [], "version": ""},
    )
    channel.send("phase", phase="teardown")


def fail(
    channel: Channel, error: BaseException, generator: Generator[Any, None, None] | None = None
) -> NoReturn:
    """Tell what went wrong, then tear down, then end; in that order, as teardown may hang."""
    if not channel.is_ours():
        raise error
    tell_error(channel, error)
    close_quietly(generator)
    leave(1)


def tell_error(channel: Channel, error: BaseException) -> None:
    import traceback

    channel.send(
        "error",
        type=type(error).__name__,
        bases=[base.__name__ for base in type(error).__mro__],
        missing=missing_module(error),
        status="environment_failure" if isinstance(error, MissingProgramError) else "",
        message=sound(error_text(error))[:2000],
        traceback=sound(traceback.format_exc())[-8000:],
    )


def missing_module(error: BaseException) -> str | None:
    name = getattr(error, "name", None)
    return name if isinstance(error, ImportError) and isinstance(name, str) else None


def error_text(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "the workload called sys.exit(%s)" % shown(error.code)
    try:
        text = str(error)
    except Exception:
        text = "its text could not be had"
    return text if isinstance(error, WorkloadError) else "%s: %s" % (type(error).__name__, text)


def main() -> None:
    """Measure what the file named in the first argument describes."""
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    channel = Channel(int(sys.argv[2]), int(sys.argv[3]))
    os.environ.update(spec["child_environment"])
    alive = shake_heap(spec["heap_seed"])
    try:
        (run_command if spec["command"] else run_callable)(spec, channel, Results())
    except BaseException as error:  # a workload may raise anything, sys.exit included
        fail(channel, error)
    del alive
    channel.send("phase", phase="shutdown")
    channel.send("done")


if __name__ == "__main__":
    main()
