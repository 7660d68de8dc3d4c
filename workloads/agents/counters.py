"""statsd counters over UDP, and a listener that says how many arrived."""

from __future__ import annotations

import socket
import threading
from collections import Counter

from observing import NS_PER_MS
from statsd import StatsClient

from agents.task import StageRun, Task

HOST = "127.0.0.1"
BUFFER_BYTES = 1 << 20
_MARK = b"settle"


class Listener:
    """Receives datagrams on a port of its own and counts them by name, in a thread."""

    def __init__(self) -> None:
        """Bind a free port and listen until `close`."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self._socket.bind((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self.received: Counter[str] = Counter()
        self._marks_sent = 0
        self._last_mark = 0
        self._marked = threading.Condition()
        self._thread = threading.Thread(target=self._listen, name="statsd", daemon=True)
        self._thread.start()

    def settle(self) -> None:
        """Wait until all that was sent before has been read or lost.

        Datagrams of one host arrive in order, so a mark that arrives is behind all others.
        """
        self._marks_sent += 1
        mark = self._marks_sent
        for _ in range(10):
            self._send(b"%s:%d" % (_MARK, mark))
            with self._marked:
                if self._marked.wait_for(lambda: self._last_mark == mark, timeout=0.05):
                    return
        raise TimeoutError("the listener lost ten marks in a row")

    def close(self) -> None:
        """Stop listening and free the port."""
        while self._thread.is_alive():
            self._send(b"")
            self._thread.join(timeout=0.05)
        self._socket.close()

    def _send(self, datagram: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(datagram, (HOST, self.port))

    def _listen(self) -> None:
        while datagram := self._socket.recv(512):
            name, _, value = datagram.partition(b":")
            if name == _MARK:
                with self._marked:
                    self._last_mark = int(value)
                    self._marked.notify()
            else:
                self.received[name.decode()] += 1


class Counters:
    """An observer that counts and times tasks; `sent` is what was handed to the socket."""

    def __init__(self, port: int) -> None:
        """Send to a statsd server on this host."""
        self._client = StatsClient(HOST, port, prefix="agents")
        self._lock = threading.Lock()
        self.sent: Counter[str] = Counter()

    def submitted(self, _task: Task, /) -> None:
        """Count a task that came in."""
        self._client.incr("submitted")
        self._count("submitted")

    def ran(self, _task: Task, run: StageRun, /) -> None:
        """Time a stage."""
        self._client.timing(run.name, (run.ended_ns - run.started_ns) / NS_PER_MS)
        self._count(run.name)

    def finished(self, task: Task, /) -> None:
        """Count a task that left, by how it ended."""
        name = "failed" if task.error else "finished"
        self._client.incr(name)
        self._count(name)

    def close(self) -> None:
        """Close the socket."""
        self._client.close()

    def _count(self, name: str) -> None:
        with self._lock:
            self.sent[f"agents.{name}"] += 1
