"""Guards one trial: starts the service and the worker, relays, limits, and leaves nothing alive.

A separate program (standard library only), so that a killed run takes its trial along: when the
run's end of standard input closes, everything is killed. It is called as `supervisor.py SPEC`,
followed by the descriptors that its worker takes turns through. It writes JSON lines to standard
output: what the worker says, then one `end`.

It is two processes. The inner one guards; the outer one waits for it and kills what it left if
it was killed itself; the inner one does the same when the outer one is gone. Both are child
subreapers, so that processes which fork twice come back to them.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import re
import select
import signal
import subprocess
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket
    from typing import Any, Protocol

    class Probe(Protocol):
        """How a service shows that it is ready."""

        def is_ready(self) -> bool:
            """Look once, without waiting for an answer."""


PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PR_SET_PTRACER = 0x59616D61
ADDR_NO_RANDOMIZE = 0x0040000
KEPT_OUTPUT_BYTES = 32_768
PIPE_BYTES = 1 << 20
LONGEST_MESSAGE_BYTES = 256 << 20
POLL_S = 0.05
PROBE_S = 0.002
ANSWER_S = 2.0
STOP_S = 5.0
AFTER_ERROR_S = 5.0
LAST_KILL_S = 10.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
OTHERS_TURN = "the turn of the other arm"
WORKER_SAYS = {"phase", "ready", "result", "error", "done"}
LIBC = ctypes.CDLL(None, use_errno=True)


class Stopped(Exception):  # noqa: N818 - not every end is an error
    """The trial ends here; `status` is the trial's, empty when the worker has said it all."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status = status


class RunGone(Exception):  # noqa: N818 - as above
    """The run that started this trial is gone; nobody listens any more."""


class Tail:
    """The first and last bytes of an output, however much there was."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self.total = 0

    def add(self, chunk: bytes) -> None:
        self.total += len(chunk)
        room = KEPT_OUTPUT_BYTES // 4 - len(self._head)
        self._head += chunk[: max(0, room)]
        rest = chunk[max(0, room) :][-KEPT_OUTPUT_BYTES:]
        self._tail = (self._tail + rest)[-KEPT_OUTPUT_BYTES:]

    def text(self) -> str:
        cut = self.total - len(self._head) - len(self._tail)
        gap = b"\n[%d bytes cut]\n" % cut if cut else b""
        return (self._head + gap + self._tail).decode("utf-8", "replace")

    def last_line(self) -> str:
        return (self.text().strip().splitlines() or ["it printed nothing"])[-1][:300]


class Outbox:
    """Lines for the run, which may be busy: nothing here waits until it reads."""

    def __init__(self) -> None:
        self.pending = bytearray()
        os.set_blocking(1, False)

    def say(self, kind: str, **fields: Any) -> None:
        fields["kind"] = kind
        self.pending += json.dumps(fields).encode("ascii") + b"\n"

    def flush(self) -> None:
        """Write what the pipe takes now."""
        try:
            while self.pending:
                del self.pending[: os.write(1, self.pending[:65_536])]
        except BlockingIOError:
            return
        except BrokenPipeError:
            raise RunGone from None


def wide_pipe() -> tuple[int, int]:
    """A pipe whose reading end never blocks, as wide as the system gives it (1 MiB)."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with contextlib.suppress(OSError):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return reading, writing


def children_of(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb", buffering=0) as file:
                found.extend(map(int, file.read().split()))
    except OSError:
        pass
    return found


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = children_of(waiting.pop())
        found.extend(children)
        waiting.extend(children)
    return found


def resident_bytes(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb", buffering=0) as file:
            return int(file.read().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def signal_all(pids: list[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            continue


def reap_all() -> bool:
    """Collect every child that has ended; whether there is none left at all."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return False
        except ChildProcessError:
            return True


def freeze_everything(deadline: float) -> int:
    """Stop all that is below us, until a look finds nobody new; returns how many there were.

    A fork bomb cannot outrun that: what is stopped does not fork.
    """
    known: set[int] = set()
    while time.monotonic() < deadline:
        new = [pid for pid in descendants(os.getpid()) if pid not in known]
        if not new:
            break
        signal_all(new, signal.SIGSTOP)
        known.update(new)
    return len(known)


def kill_everything() -> int:
    """Kill all that is left of the trial; returns how many there were.

    The end is sure: orphans become our children, so having no child means that nobody is left.
    """
    deadline = time.monotonic() + LAST_KILL_S
    left = freeze_everything(deadline)
    while True:
        signal_all(descendants(os.getpid()), signal.SIGKILL)
        if reap_all() or time.monotonic() > deadline:
            return left
        time.sleep(0.002)


def before_exec(*, personality: int, sampled: bool) -> Callable[[], None]:
    """What a child does between fork and exec.

    It dies with us, lays out its memory as asked and, where it will be profiled, lets a profiler
    attach that is not its parent (Yama keeps that over exec).
    """
    parent = os.getpid()

    def prepare() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        LIBC.personality(personality)
        if sampled:
            LIBC.prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)

    return prepare


def fixed_addresses() -> tuple[str, int]:
    """(`off`, or `refused` where the kernel or a container's filter says no; personality)."""
    present = LIBC.personality(0xFFFFFFFF)
    fixed = present | ADDR_NO_RANDOMIZE
    refused = LIBC.personality(fixed) == -1
    LIBC.personality(present)
    return ("refused", present) if refused else ("off", fixed)


def ended(code: int) -> str:
    """An exit as a person says it."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


class TcpProbe:
    """Ready when somebody accepts connections."""

    def __init__(self, port: int) -> None:
        self._port = port

    def is_ready(self) -> bool:
        import socket

        with socket.socket() as probe:
            probe.settimeout(0.2)
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


class HttpProbe:
    """Ready when a GET is answered with 2xx; asks again when there is no answer in 2 s."""

    def __init__(self, port: int, path: str) -> None:
        self._port = port
        self._question = (
            f"GET {path or '/'} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        ).encode()
        self._socket: socket | None = None
        self._asked_s = 0.0
        self._answer = b""

    def is_ready(self) -> bool:
        try:
            return self._look(self._socket or self._ask())
        except BlockingIOError:
            if time.monotonic() - self._asked_s > ANSWER_S:
                self._hang_up()
        except OSError:
            self._hang_up()
        return False

    def _ask(self) -> socket:
        import socket

        self._asked_s = time.monotonic()
        self._answer = b""
        self._socket = socket.create_connection(("127.0.0.1", self._port), 0.2)
        self._socket.sendall(self._question)
        self._socket.setblocking(False)
        return self._socket

    def _look(self, connection: socket) -> bool:
        chunk = connection.recv(4096)
        self._answer += chunk
        if chunk and len(self._answer) < len("HTTP/1.1 200"):
            return False
        self._hang_up()
        return re.match(rb"HTTP/1\.[01] 2\d\d", self._answer) is not None

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None


class LogProbe:
    """Ready when the service has printed something that the pattern matches."""

    def __init__(self, pattern: str) -> None:
        try:
            self._pattern = re.compile(pattern)
        except re.error as error:
            text = f"service: ready: log: {pattern!r} is no regular expression: {error}"
            raise Stopped("configuration_failure", text) from None
        self._recent = b""
        self._found = False

    def add(self, chunk: bytes) -> None:
        recent = self._recent + chunk
        self._found = self._found or bool(self._pattern.search(recent.decode("utf-8", "replace")))
        self._recent = recent[-4096:]

    def is_ready(self) -> bool:
        return self._found


class Guard:
    """One trial while it runs."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.outbox = Outbox()
        self.output = Tail()
        self.phase = "start"
        self.peak_bytes = 0
        self._parent = os.getppid()
        self._deadline = float("inf")
        self._left_s = 0.0
        self._next_look = 0.0
        self._service: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._log: LogProbe | None = None
        self._told = ""
        self._message = bytearray()
        self._messages_read = self._go_write = -1
        self._output_read, self._output_write = wide_pipe()
        with open(spec["worker_spec"], encoding="utf-8") as file:
            self._worker_spec = json.load(file)
        self._aslr, self._personality = "on", LIBC.personality(0xFFFFFFFF)
        if spec["aslr_off"]:
            self._aslr, self._personality = fixed_addresses()

    def run(self) -> None:
        """Run the trial to its end and say how it ended."""
        status = message = ""
        try:
            self._run_phases()
        except Stopped as stopped:
            status, message = stopped.status, str(stopped)
        code = self._worker.poll() if self._worker else None
        self._deadline = float("inf")
        left = kill_everything()
        with contextlib.suppress(Stopped):
            self._take_rest()
        self.outbox.say(
            "end",
            status=status,
            message=message,
            phase=self.phase,
            returncode=code,
            peak_bytes=self.peak_bytes,
            left=left,
            aslr=self._aslr,
            output=self.output.text(),
            output_bytes=self.output.total,
        )
        while self.outbox.pending:
            self._pump(POLL_S)

    def _run_phases(self) -> None:
        if self.spec["service"]:
            self._start_service(self.spec["service"])
        worker = self._start_worker()
        self._wait_for(worker)
        if self.phase == "start" and worker.returncode >= 0:
            said = self.output.last_line()
            raise Stopped("environment_failure", f"{self.spec['worker'][0]} runs no worker: {said}")
        if self._service is not None and self._told == "done":
            self._stop_service(self._service)

    def _spawn(
        self, command: list[str], environment: dict[str, str], keep: tuple[int, ...] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a program of the trial in its own session."""
        prepare = before_exec(personality=self._personality, sampled=self._worker_spec["wait"])
        try:
            return subprocess.Popen(
                command,
                cwd=self.spec["folder"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self._output_write,
                stderr=self._output_write,
                pass_fds=keep,
                start_new_session=True,
                preexec_fn=prepare,  # noqa: PLW1509 - there is one thread
            )
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            text = f"{command[0]} could not be started: {reason}"
            raise Stopped("environment_failure", text) from None

    def _start_worker(self) -> subprocess.Popen[bytes]:
        self._messages_read, messages_write = wide_pipe()
        go_read, self._go_write = os.pipe()
        service_pid = self._service.pid if self._service else 0
        self._worker_spec["service_pid"] = service_pid
        self._worker_spec["spawned_ns"] = time.perf_counter_ns()
        with open(self.spec["worker_spec"], "w", encoding="utf-8") as file:
            json.dump(self._worker_spec, file)
        self.phase = "start"
        self._deadline = time.monotonic() + self.spec["timeout_s"]
        ends = [str(messages_write), str(go_read)]
        command = [*self.spec["worker"], self.spec["worker_spec"], *ends]
        turns = self._worker_spec["turns"]
        handed = (messages_write, go_read, *(map(int, turns["pipes"]) if turns else ()))
        worker = self._spawn(command, self.spec["environment"], handed)
        self._worker = worker
        for pipe in handed:
            os.close(pipe)
        self.outbox.say("started", pid=worker.pid, service_pid=service_pid)
        return worker

    def _wait_for(self, worker: subprocess.Popen[bytes]) -> None:
        """Relay until the worker ends; a service that ends before it has failed."""
        while worker.poll() is None:
            if self._service is not None and self._service.poll() is not None:
                raise self._service_died(self._service)
            self._pump(POLL_S, worker)
        self._take_rest()

    def _pump(self, wait_s: float, process: subprocess.Popen[bytes] | None = None) -> None:
        """Pass on what there is; wait for it, or for the end of a process, at most so long."""
        handle = os.pidfd_open(process.pid) if process else -1
        sources = [0, self._output_read, self._messages_read, handle]
        try:
            ready = select.select(
                [source for source in sources if source >= 0],
                [1] if self.outbox.pending else [],
                [],
                wait_s,
            )[0]
        finally:
            if process:
                os.close(handle)
        self.outbox.flush()
        if self._output_read in ready:
            self._take_output()
        if self._messages_read in ready:
            self._take_messages()
        if 0 in ready:
            self._take_input()
        if time.monotonic() >= self._next_look:
            self._look_around()

    def _take_input(self) -> None:
        chunk = os.read(0, 4096)
        if not chunk:
            raise RunGone
        try:
            os.write(self._go_write, chunk)
        except OSError:
            return  # nobody waits for it any more

    def _take_output(self) -> None:
        """Take what the trial printed; most of a flood is thrown away."""
        for _ in range(16):
            try:
                chunk = os.read(self._output_read, PIPE_BYTES)
            except BlockingIOError:
                return
            self.output.add(chunk)
            if self._log is not None:
                self._log.add(chunk)

    def _take_messages(self) -> bool:
        """Take one piece of what the worker says; whether there was any."""
        try:
            chunk = os.read(self._messages_read, PIPE_BYTES)
        except BlockingIOError:
            return False
        if not chunk:  # the worker closed it
            os.close(self._messages_read)
            self._messages_read = -1
            return False
        head, *rest = chunk.split(b"\n")
        self._message += head
        if len(self._message) > LONGEST_MESSAGE_BYTES:
            raise Stopped("failed", "the result of the worker is over 256 MiB")
        for piece in rest:
            self._pass_on(bytes(self._message))
            self._message = bytearray(piece)
        return True

    def _take_rest(self) -> None:
        """What still is in the pipes of a worker that has ended; no pipe holds more."""
        self._take_output()
        for _ in range(64):
            if self._messages_read < 0 or not self._take_messages():
                return

    def _pass_on(self, line: bytes) -> None:
        """Relay a message; a workload may have written anything to the descriptor."""
        try:
            message = json.loads(line.decode("ascii"))
        except (ValueError, RecursionError):
            return
        if not isinstance(message, dict) or message.get("kind") not in WORKER_SAYS:
            return
        kind = message["kind"]
        self.outbox.pending += line + b"\n"
        if kind == "phase":
            self._enter(str(message.get("phase")))
        elif kind in {"error", "done"}:
            self._told = kind
        if kind == "error":
            self._deadline = min(self._deadline, time.monotonic() + AFTER_ERROR_S)
            if message.get("status"):
                raise Stopped(str(message["status"]), str(message.get("message")))

    def _enter(self, phase: str) -> None:
        """Note what the worker does now; while it waits for the other arm its time stands still."""
        if phase == OTHERS_TURN:
            self._left_s = self._deadline - time.monotonic()
            self._deadline = float("inf")
        elif self.phase == OTHERS_TURN:
            self._deadline = time.monotonic() + self._left_s
        self.phase = phase

    def _look_around(self) -> None:
        """Keep the limits, and bury orphans that came to us and have ended."""
        self._next_look = time.monotonic() + POLL_S
        if os.getppid() != self._parent:
            raise RunGone
        self._bury_orphans()
        self._check_memory()
        if time.monotonic() > self._deadline:
            self._time_out()

    def _bury_orphans(self) -> None:
        ours = {process.pid for process in (self._service, self._worker) if process}
        for pid in children_of(os.getpid()):
            if pid not in ours:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)

    def _check_memory(self) -> None:
        memory = sum(map(resident_bytes, descendants(os.getpid())))
        self.peak_bytes = max(self.peak_bytes, memory)
        limit = self.spec["memory_limit_bytes"]
        if limit and memory > limit:
            text = f"memory {memory >> 20} MiB over the limit {limit >> 20} MiB"
            raise Stopped("failed", text)

    def _time_out(self) -> None:
        self._deadline = float("inf")
        if self._told == "error":
            raise Stopped("", "")  # it only hangs in cleaning up
        seconds = self.spec["timeout_s"]
        raise Stopped("timed_out", f"hung in {self.phase}: stopped after {seconds:g} s")

    def _start_service(self, service: dict[str, Any]) -> None:
        self.phase = "service start"
        probe = self._probe(service)
        environment = dict(self.spec["environment"])
        environment.pop("PERF_SERVICE_URL", None)
        environment.update(service["environment"])
        began = time.perf_counter_ns()
        self._service = started = self._spawn(service["command"], environment)
        deadline = time.monotonic() + service["start_timeout_s"]
        next_probe = 0.0
        while True:
            self._pump(PROBE_S, started)
            if started.poll() is not None:
                code = ended(started.returncode)
                raise Stopped("failed", f"the service ended with {code} before it was ready")
            if time.monotonic() >= next_probe and probe.is_ready():
                break
            next_probe = time.monotonic() + PROBE_S
            if time.monotonic() > deadline:
                seconds = service["start_timeout_s"]
                raise Stopped("timed_out", f"the service was not ready after {seconds:g} s")
        self._log = None
        self.outbox.say("service", startup_ns=time.perf_counter_ns() - began, pid=started.pid)

    def _probe(self, service: dict[str, Any]) -> Probe:
        if service["ready"] == "log":
            self._log = LogProbe(service["ready_value"])
            return self._log
        if service["ready"] == "tcp":
            return TcpProbe(service["port"])
        return HttpProbe(service["port"], service["ready_value"])

    def _stop_service(self, service: subprocess.Popen[bytes]) -> None:
        """Ask it to stop; one that does not has hung, like a workload in its teardown."""
        if service.poll() is not None:
            raise self._service_died(service)
        self.phase = "service stop"
        name = self.spec["service"]["stop_signal"]
        service.send_signal(getattr(signal, name))
        self._deadline = float("inf")
        limit = time.monotonic() + STOP_S
        while service.poll() is None:
            self._pump(POLL_S, service)
            if time.monotonic() > limit:
                text = f"the service did not stop within {STOP_S:g} s of {name}"
                raise Stopped("timed_out", text)

    def _service_died(self, service: subprocess.Popen[bytes]) -> Stopped:
        return Stopped("failed", f"the service ended with {ended(service.returncode)} under load")


def guard(spec_path: str) -> None:
    """The inner process: run the trial that the file describes."""
    with open(spec_path, encoding="utf-8") as file:
        spec = json.load(file)
    try:
        Guard(spec).run()
    except RunGone:
        kill_everything()
        remove_folder(os.path.dirname(spec_path), spec["environment"].get("PERF_TRIAL", ""))
    finally:
        kill_everything()


def remove_folder(folder: str, name: str) -> None:
    """Remove what a killed run could not remove any more; only a folder that is the trial's."""
    import shutil

    if name and os.path.basename(folder) == name:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Guard the trial that the file named in the first argument describes, in two processes."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # a handler, not SIG_IGN: children get the default
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    inner = os.fork()
    if inner == 0:
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        guard(sys.argv[1])
        os._exit(0)  # taking the interpreter down costs every trial some milliseconds
    for pipe in map(int, sys.argv[2:]):
        os.close(pipe)  # a worker learns by its end that the other is gone
    os.waitpid(inner, 0)
    kill_everything()
    os._exit(0)


if __name__ == "__main__":
    main()
