"""The servers of the UI: one code server, webserver and daemon on it, the reports beside."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from jobs.report_index import newest_first, render_index
from perf_pipeline.errors import PerfError
from perf_pipeline.home import Home
from perf_pipeline.measure.ports import answers, free_port

HOST = "127.0.0.1"
START_S = 180.0
STOP_S = 15.0
WORKSPACE = """\
load_from:
  - grpc_server:
      host: {host}
      port: {port}
      location_name: perf_pipeline
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A program that runs in a process group of its own."""

    name: str
    process: subprocess.Popen[bytes]


class ServerError(PerfError):
    """Raised when a server cannot be started or ends by itself."""


def refuse_taken(port: int, option: str) -> None:
    """Stop before anything is started if a port cannot be listened on.

    Raises:
        ServerError: Somebody listens there already, or the system refuses it.
    """
    try:
        with socket.socket() as probe:
            # As the servers do: a port that was free a moment ago counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except OSError as error:
        raise _refused(port, option, error) from None


def _refused(port: int, option: str, error: OSError) -> ServerError:
    if error.errno != errno.EADDRINUSE:
        return ServerError(
            f"Port {port} of {HOST} cannot be used.",
            why=f"The system says: {error.strerror}.",
            todo=f"Choose another port: {option} N",
        )
    return ServerError(
        f"Port {port} of {HOST} is taken.",
        why="Another program listens there, perhaps another `perf-pipeline ui`.",
        todo=f"Stop it, or choose another port: {option} N",
    )


class ReportHandler(SimpleHTTPRequestHandler):
    """Serves the reports; `/latest` leads to the newest one, `/` to each."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Answer, or lead on."""
        if self.path.rstrip("/") != "/latest":
            return super().send_head()
        reports = newest_first(Path(self.directory))
        if not reports:
            self.send_error(HTTPStatus.NOT_FOUND, "There is no report yet")
            return None
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", f"/{quote(reports[0].name)}/index.html")
        self.end_headers()
        return None

    def list_directory(self, path: str | os.PathLike[str]) -> io.BytesIO | None:
        """Of the reports as a whole their index; of a folder in one nothing."""
        if not Path(self.directory).samefile(path):
            self.send_error(HTTPStatus.NOT_FOUND, "There is no page here")
            return None
        page = render_index(Path(self.directory)).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        return io.BytesIO(page)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal belongs to the servers' own words."""


@contextlib.contextmanager
def report_server(home: Home, port: int) -> Iterator[str]:
    """Serve the home's reports on 127.0.0.1 while the block runs; gives their address."""
    home.reports.mkdir(parents=True, exist_ok=True)
    handler = partial(ReportHandler, directory=str(home.reports))
    with ThreadingHTTPServer((HOST, port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_address[1]}"
        finally:
            server.shutdown()


@contextlib.contextmanager
def dagster_servers(home: Home, port: int) -> Iterator[list[Server]]:
    """Code server, webserver and daemon, each in a process group that ends with the block."""
    code_port = free_port()
    workspace = home.dagster / f"workspace-{os.getpid()}.yaml"
    workspace.write_text(WORKSPACE.format(host=HOST, port=code_port), encoding="utf-8")
    servers: list[Server] = []
    try:
        code = ["dagster", "code-server", "start", "-m", "jobs.definitions"]
        servers.append(_start([*code, "-h", HOST, "-p", str(code_port)], home))
        _wait(servers, lambda: answers(HOST, code_port), "code server")
        served = ["-w", str(workspace)]
        web = ["dagster-webserver", "-h", HOST, "-p", str(port), *served]
        servers.append(_start(web, home))
        servers.append(_start(["dagster-daemon", "run", *served], home))
        _wait(servers, lambda: _is_up(port), "webserver")
        yield servers
    finally:
        _stop(servers)
        workspace.unlink(missing_ok=True)


def watch(servers: list[Server]) -> None:
    """Wait until one of them ends.

    Raises:
        ServerError: One did.
    """
    while True:
        for server in servers:
            if server.process.poll() is not None:
                raise ServerError(
                    f"{server.name} ended with {server.process.returncode}.",
                    kept="Runs and reports are kept.",
                    todo="Start again: perf-pipeline ui",
                )
        time.sleep(1)


def _start(command: list[str], home: Home) -> Server:
    program = Path(sys.executable).with_name(command[0])
    log = home.dagster / f"{command[0]}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(program), *command[1:]],
            cwd=home.dagster,
            env={**os.environ, "DAGSTER_HOME": str(home.dagster), "PERF_HOME": str(home.root)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(command[0], process)


def _wait(servers: list[Server], ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        dead = any(server.process.poll() is not None for server in servers)
        if dead or time.monotonic() > deadline:
            reason = "ended" if dead else f"did not answer within {START_S:g} s"
            raise ServerError(
                f"The {what} {reason}.", todo="Its log is in the home, under dagster/*.log"
            )
        time.sleep(0.1)


def _is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/server_info", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _stop(servers: list[Server]) -> None:
    """End their groups: a code server has children of its own."""
    for server in reversed(servers):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_S
    for server in servers:
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.process.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
