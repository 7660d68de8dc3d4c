"""A small HTTP service: `server.py PORT [WORD...]`, each word a way to misbehave.

Paths: `/` answers at once, `/sleep/S` after S seconds without computing, `/work/N` after N rounds
of computing (`/thread/N` and `/child/N`: done by one that then ends), `/status/N` with that
status, `/hang` never, `/drop` closes without an answer, `/stall` blocks the whole service for
0.3 s once every second.
"""

# ruff: noqa: ANN001, ANN201, ANN202, ASYNC222, ASYNC251, PTH208, T201  # a program under test

import asyncio
import os
import signal
import socket
import sys
import threading
import time

ROUND = 20_000


async def answer(reader, writer):
    """Answer requests on one connection until it is closed."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split()[1].decode()
            status = await act(path)
            if not status:
                break
            writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\nok" % status)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def act(path):
    """Do what the path asks; the status to answer with, 0 for none."""
    _, name, *rest = path.split("/")
    number = float(rest[0]) if rest else 0
    if name == "sleep":
        await asyncio.sleep(number)
    elif name == "work":
        work(int(number))
    elif name == "thread":
        thread = threading.Thread(target=work, args=(int(number),))
        thread.start()
        thread.join()
    elif name == "child":
        child = os.fork()
        if child == 0:
            work(int(number))
            os._exit(0)
        os.waitpid(child, 0)
    elif name == "hang":
        await asyncio.sleep(3600)
    elif name == "stall" and time.monotonic() % 1 < 0.1:
        time.sleep(0.3)
    return {"status": int(number), "drop": 0}.get(name, 200)


def work(rounds):
    """Compute."""
    for _ in range(rounds):
        sum(range(ROUND))


def listen(port):
    """A listening socket on 127.0.0.1."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(1000)
    return listening


def serve(listening):
    """Serve until the end; on SIGTERM say so."""

    async def run():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, leave, "stopped by SIGTERM")
        loop.add_signal_handler(signal.SIGINT, leave, "stopped by SIGINT")
        server = await asyncio.start_server(answer, sock=listening)
        for part in ("ready to ", "serve\n"):
            print(part, end="", flush=True)
            await asyncio.sleep(0.1 * ("halting" in sys.argv))
        await server.serve_forever()

    asyncio.run(run())


def leave(words):
    """End with words."""
    print(words, flush=True)
    os._exit(0)


def misbehave(words):
    """What goes wrong before anything is served."""
    if "slow" in words:
        time.sleep(0.3)
    if "never" in words:
        time.sleep(3600)
    if "fails" in words:
        sys.exit("cannot find its data")
    if "floods" in words:
        for _ in range(100):
            os.write(1, b"ready or not " * 5_000 + b"\n")
    if "tells" in words:
        names = sorted(os.environ)
        descriptors = sorted(int(one) for one in os.listdir("/proc/self/fd"))[:-1]
        print("variables", *names, "descriptors", *descriptors, flush=True)
    if "holds" in words:
        globals()["held"] = b"x" * (100 << 20)


def main():
    """Misbehave as told, then serve."""
    words = sys.argv[2:]
    misbehave(words)
    listening = listen(0 if "elsewhere" in words else int(sys.argv[1]))
    if "forks" in words and all(os.fork() for _ in range(2)):
        while True:
            time.sleep(3600)
    if "dies" in words:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 0.8)
    if "stubborn" in words:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    serve(listening)


main()
