"""Requests to something slow: tasks in one process, and a real server on this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import perf_counter_ns

ANSWER = b"ok\n"


async def handled(number: int) -> int:
    """A request that only yields to the others once."""
    await asyncio.sleep(0)
    return number


async def time_tasks(requests: int) -> list[int]:
    """Nanoseconds from asking to answer of each of so many requests that are asked at once."""

    async def timed(number: int) -> int:
        await handled(number)
        return perf_counter_ns() - asked_ns

    asked_ns = perf_counter_ns()
    return list(await asyncio.gather(*(timed(number) for number in range(requests))))


@contextmanager
def slow_server(delay_s: float) -> Iterator[int]:
    """A server on 127.0.0.1 that answers every line after a delay; gives its port."""
    loop = asyncio.new_event_loop()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readline():
                await asyncio.sleep(delay_s)
                writer.write(ANSWER)
        finally:
            await _hang_up(writer)

    server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, name="slow server")
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    current = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not current]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def time_requests(port: int, requests: int, connections: int) -> list[int]:
    """Nanoseconds of each request; every connection asks again when it was answered."""
    share = [requests // connections + (n < requests % connections) for n in range(connections)]
    times = await asyncio.gather(*(_ask(port, count) for count in share))
    return [time_ns for one in times for time_ns in one]


async def _ask(port: int, requests: int) -> list[int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times_ns: list[int] = []
    for _ in range(requests):
        started_ns = perf_counter_ns()
        writer.write(b"?\n")
        answer = await reader.readline()
        times_ns.append(perf_counter_ns() - started_ns)
        if answer != ANSWER:
            await _hang_up(writer)
            raise ConnectionError(f"the server answered {answer!r}")
    await _hang_up(writer)
    return times_ns
