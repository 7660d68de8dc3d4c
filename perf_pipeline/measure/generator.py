"""Sends load to a service from this fresh process and tells the supervisor what came of it.

Called like the worker (`generator.py SPEC OUT IN`), under our own interpreter, from a folder that
holds nothing but this file and `worker.py`. Open loop: requests leave by a clock (Poisson, drawn
from the heap seed), each latency counts from the moment the request was due, so that a service
that stalls is not spared the requests it kept waiting. Closed loop: every client waits for its
answer before it asks again, which hides stalls; such a trial is marked `closed_loop`.

Latency is the client's: one request costs this process about half a millisecond of CPU, and that
is in it. Only successes have a latency; a time-out is known to be longer than the time allowed
and counts in its own class. What is judged is the service: CPU time of its process tree per
success, and waiting: the mean time from sending to a good answer less the CPU and the run-queue
delay of service and generator per success, never below 0. Requests that are under way together
wait for each other, so under load waiting holds that queueing too.

A generator that was late or had no CPU left has measured itself: the trial says so in `invalid`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import itertools
import json
import math
import random
import resource
import select
import selectors
import ssl
import sys
import time
from collections import Counter
from dataclasses import dataclass

import httpx

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from perf_pipeline.measure import worker
else:
    import worker

DEFAULT_DURATION_S = 5.0
WARM_UP_S = 0.5
FEWEST_BATCHES = 20
LONGEST_BATCH_S = 5.0
LATE_NS = 5_000_000
LATE_SHARE = 0.1
SATURATED_SHARE = 0.9
STRETCH_SUCCESSES = 20
BACK_OFF_S = 0.01
FAILURES = (  # every subclass before its class
    (TimeoutError, "timed_out"),
    (httpx.ConnectError, "connection"),
    (httpx.NetworkError, "disconnected"),
    (httpx.RemoteProtocolError, "protocol"),
)
OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM}


class PreciseSelector(selectors.EpollSelector):
    """Waits to the microsecond; epoll alone rounds every wait up to a millisecond."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            select.select([self.fileno()], [], [], timeout)
            timeout = 0
        return super().select(timeout)


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of request; `expected` is empty where any 2xx will do."""

    request: httpx.Request
    expected: frozenset[int]

    def failure(self, status: int) -> str:
        """The class of failure an answer belongs to; empty for a good one."""
        good = status in self.expected if self.expected else 200 <= status < 300
        return "" if good else f"status_{status}"


@dataclass(frozen=True, slots=True)
class Answer:
    """How one request ended; `failure` is empty when it was answered as expected."""

    due_ns: int
    sent_ns: int
    done_ns: int
    failure: str


class Connections:
    """Kept-alive connections, as many as are ever needed at once.

    One httpx transport each: a shared pool searches all its connections for every request, which
    costs a generator with 20 clients three times the CPU.
    """

    def __init__(self) -> None:
        self._limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # unused, but costly to make each time
        self._idle: list[httpx.AsyncHTTPTransport] = []

    def take(self) -> httpx.AsyncHTTPTransport:
        if self._idle:
            return self._idle.pop()
        return httpx.AsyncHTTPTransport(verify=self._tls, limits=self._limits)

    def give_back(self, transport: httpx.AsyncHTTPTransport) -> None:
        self._idle.append(transport)

    async def drop(self, transport: httpx.AsyncHTTPTransport) -> None:
        """A connection that failed is not asked again."""
        with contextlib.suppress(OSError, httpx.HTTPError):
            await transport.aclose()

    async def close(self) -> None:
        for transport in self._idle:
            await self.drop(transport)


class Client:
    """Asks the service and says how each request ended."""

    def __init__(self, load: dict[str, Any], seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311 - reproducible on purpose
        self.connections = Connections()
        self._timeout_s = load["timeout_s"]
        self._questions = [question(one, load["port"]) for one in load["requests"]]
        weights = (one["weight"] for one in load["requests"])
        self._weights = list(itertools.accumulate(weights))

    def next_question(self) -> Question:
        return self.draw.choices(self._questions, cum_weights=self._weights)[0]

    async def ask(self, asked: Question, due_ns: int = 0) -> Answer:
        """One request; `due_ns` is 0 where it is due when it is sent."""
        transport = self.connections.take()
        sent_ns = time.perf_counter_ns()
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await transport.handle_async_request(asked.request)
                await response.aread()
        except (OSError, httpx.HTTPError) as error:
            done_ns, failure = time.perf_counter_ns(), failure_class(error)
            await self.connections.drop(transport)
        else:
            done_ns, failure = time.perf_counter_ns(), asked.failure(response.status_code)
            self.connections.give_back(transport)
        return Answer(due_ns or sent_ns, sent_ns, done_ns, failure)


def question(spec: dict[str, Any], port: int) -> Question:
    body = spec["body"].encode() if spec["body"] else None
    url = f"http://127.0.0.1:{port}{spec['path']}"
    request = httpx.Request(spec["method"], url, headers=spec["headers"], content=body)
    return Question(request, frozenset(spec["expect_status"]))


def failure_class(error: BaseException) -> str:
    if ran_out(error):
        return "generator"
    return next((name for kind, name in FAILURES if isinstance(error, kind)), "other")


def ran_out(error: BaseException | None) -> bool:
    """Whether this process had no descriptor, port or memory left: not the service's failure."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in OUT_OF_RESOURCES:
            return True
        error = error.__cause__ or error.__context__
    return False


@dataclass(frozen=True, slots=True)
class Reading:
    """The wall clock, the service's CPU, and what else is no waiting of the service.

    That is its run-queue delay and all that the generator computed or queued for a core.
    """

    at_ns: int
    cpu_ns: int
    other_ns: int


class Batch:
    """What was answered since a reading."""

    def __init__(self, began: Reading) -> None:
        self.began = began
        self.attempts = 0
        self.successes = 0
        self.busy_ns = 0

    def add(self, answer: Answer) -> None:
        self.attempts += 1
        if not answer.failure:
            self.successes += 1
            self.busy_ns += answer.done_ns - answer.sent_ns


class Tally:
    """Turns answers into the values of one part.

    Goodput and success ratio are kept per time batch. The clocks are kept per stretch of batches
    with at least 20 successes and four times as many as requests are under way, since the work
    for an answer may have been done in the batch before; they are per success, so there is none
    where nothing succeeded.
    """

    def __init__(self, results: worker.Results, began: Reading, *, warmup: bool) -> None:
        self._results = results
        self._warmup = warmup
        self._batch = Batch(began)
        self._stretch = Batch(began)
        self._stretches = 0

    def add(self, answer: Answer) -> None:
        self._batch.add(answer)
        self._stretch.add(answer)
        if not answer.failure:
            latency_ms = (answer.done_ns - answer.due_ns) / 1e6
            self._results.add("latency_ms", latency_ms, self._warmup)

    def next_batch(self, now: Reading, under_way: int) -> None:
        seconds = (now.at_ns - self._batch.began.at_ns) / 1e9
        self._results.add("goodput_per_sec", self._batch.successes / seconds, self._warmup)
        self._keep_ratio()
        self._batch = Batch(now)
        if self._stretch.successes >= max(STRETCH_SUCCESSES, 4 * under_way):
            self._keep_clocks(now)

    def end(self, now: Reading) -> None:
        """What was answered after the last batch is too late for goodput, but it counts."""
        self._keep_ratio()
        if self._stretch.successes and not self._stretches:
            self._keep_clocks(now)

    def _keep_ratio(self) -> None:
        if self._batch.attempts:
            successes, attempts = self._batch.successes, self._batch.attempts
            self._results.add("success_ratio", successes, self._warmup, attempts)

    def _keep_clocks(self, now: Reading) -> None:
        stretch, began = self._stretch, self._stretch.began
        read = (stretch.busy_ns, now.cpu_ns - began.cpu_ns, now.other_ns - began.other_ns)
        worker.add_clocks(self._results, read, stretch.successes, self._warmup)
        self._stretch = Batch(now)
        self._stretches += 1


class Part:
    """The warm-up or the timed part: sends for its duration, then waits for what is under way."""

    def __init__(self, spec: dict[str, Any], client: Client, results: worker.Results) -> None:
        self._load = spec["load"]
        self._client = client
        self._results = results
        self._clock = worker.ServiceTree(spec["service_pid"])
        self._began_ns = 0
        self._end_ns = 0
        self._under_way = 0
        self._tally: Tally
        self.failures: Counter[str] = Counter()
        self.late_ns = worker.Series()
        self.latency_ns = worker.Series()
        self.unsent = False
        self.busy_share = 0.0

    async def run(self, duration_s: float, batches: int, *, warmup: bool) -> None:
        busy, began = busy_ns(), self._read()
        self._began_ns = began.at_ns
        self._end_ns = began.at_ns + int(duration_s * 1e9)
        self._tally = Tally(self._results, began, warmup=warmup)
        closed = self._load["model"] == "closed"
        sending = asyncio.create_task(self._send_closed() if closed else self._send_open())
        for number in range(1, batches + 1):
            await sleep_until(began.at_ns + int(number * duration_s * 1e9 / batches))
            self._tally.next_batch(self._read(), self._under_way)
        self.busy_share = (busy_ns() - busy) / (time.perf_counter_ns() - began.at_ns)
        await sending
        self._tally.end(self._read())

    def _read(self) -> Reading:
        cpu, queued = self._clock.before()
        return Reading(time.perf_counter_ns(), cpu, queued + busy_ns())

    async def _send_closed(self) -> None:
        clients = max(1, round(self._load["level"]))
        await asyncio.gather(*(self._one_client() for _ in range(clients)))

    async def _one_client(self) -> None:
        while time.perf_counter_ns() < self._end_ns:
            answer = await self._ask(self._client.next_question())
            if answer.failure == "connection":
                await asyncio.sleep(BACK_OFF_S)

    async def _send_open(self) -> None:
        """Send by the clock, whatever became of earlier requests; what is late leaves at once."""
        due_ns = float(self._began_ns)
        async with asyncio.TaskGroup() as tasks:
            while not self.unsent:
                due_ns += self._client.draw.expovariate(self._load["level"]) * 1e9
                if due_ns >= self._end_ns:
                    return
                asked = self._client.next_question()
                await sleep_until(int(due_ns))
                self.unsent = time.perf_counter_ns() > self._end_ns + LATE_NS
                tasks.create_task(self._ask(asked, int(due_ns)))

    async def _ask(self, asked: Question, due_ns: int = 0) -> Answer:
        self._under_way += 1
        answer = await self._client.ask(asked, due_ns)
        self._under_way -= 1
        self._keep(answer)
        return answer

    def _keep(self, answer: Answer) -> None:
        self._tally.add(answer)
        self.late_ns.add(answer.sent_ns - answer.due_ns, None, False)
        self.latency_ns.add(answer.done_ns - answer.due_ns, None, False)
        self.failures[answer.failure] += 1


async def sleep_until(moment_ns: int) -> None:
    """Sleep, and let the others run once even when it is too late already."""
    await asyncio.sleep(max(0, moment_ns - time.perf_counter_ns()) / 1e9)


def why_invalid(part: Part) -> str:
    """Why these figures are the generator's own rather than the service's; empty when not.

    Late: the last 1 % of requests left more than 5 ms and more than a tenth of the 99 % latency
    after they were due. No core left: it computed, or queued for a core, for over 90 % of the time.
    """
    if part.failures["generator"]:
        return "the generator ran out of descriptors or ports: lower the load or its time-out"
    if part.busy_share > SATURATED_SHARE:
        share = f"{part.busy_share:.0%}"
        return f"the generator had no core left ({share} busy): it cannot drive this load"
    late, slow = percentile_99(part.late_ns), percentile_99(part.latency_ns)
    if part.unsent:
        return "the generator was late: requests were left to send when the time was over"
    if late > max(LATE_NS, LATE_SHARE * slow):
        return f"the generator was late: 1 % of its requests left over {late / 1e6:.3g} ms late"
    return ""


def busy_ns() -> int:
    """How long this process has computed or waited for a core."""
    return time.process_time_ns() + int(worker.children_and_queue("self")[1])


def percentile_99(series: worker.Series) -> float:
    values = sorted(series.values)
    return values[math.ceil(0.99 * len(values)) - 1] if values else 0.0


def drive(spec: dict[str, Any], channel: worker.Channel, loop: asyncio.Runner) -> None:
    """Warm up, send the load, report."""
    results = worker.Results()
    client = Client(spec["load"], spec["heap_seed"])
    duration_s = spec["duration_s"] or DEFAULT_DURATION_S
    channel.send("phase", phase="step")
    loop.run(Part(spec, client, results).run(min(WARM_UP_S, duration_s), 1, warmup=True))
    if spec["wait"]:
        channel.send("ready")
        channel.wait_for_go()
    gc.freeze()
    part = Part(spec, client, results)
    batches = max(FEWEST_BATCHES, math.ceil(duration_s / LONGEST_BATCH_S))
    before, began = worker.Counts(spec["service_pid"]), time.perf_counter_ns()
    loop.run(part.run(duration_s, batches, warmup=False))
    counters = before.until_now()
    counters["wall_ns"] = time.perf_counter_ns() - began
    keep_totals(spec["load"], results, part, counters)
    channel.send(
        "result",
        series=results.message(),
        counters=counters,
        loops=1,
        iterations=part.failures.total(),
        imported={"files": [], "standard": [], "version": ""},
        invalid=why_invalid(part),
    )
    channel.send("phase", phase="teardown")
    loop.run(client.connections.close())


def keep_totals(
    load: dict[str, Any], results: worker.Results, part: Part, counters: dict[str, int]
) -> None:
    """What there is one figure of per trial."""
    results.add("peak_rss_bytes", float(counters["peak_rss_bytes"]), False)
    for failure in sorted({name for _, name in FAILURES} | set(part.failures) - {""}):
        results.add(f"failed_{failure}", float(part.failures[failure]), False)
    if load["model"] == "closed":
        results.add("closed_loop", 1.0, False)


def many_descriptors() -> None:
    """As many open connections as the system lets us have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def new_loop() -> asyncio.AbstractEventLoop:
    return asyncio.SelectorEventLoop(PreciseSelector())


def main() -> None:
    """Send the load that the file named in the first argument describes."""
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = json.load(file)
    channel = worker.Channel(int(sys.argv[2]), int(sys.argv[3]))
    channel.send("phase", phase="set-up")
    many_descriptors()
    try:
        with asyncio.Runner(loop_factory=new_loop) as loop:
            drive(spec, channel, loop)
    except BaseException as error:  # noqa: BLE001 - whatever it was, the trial must end with a message
        worker.fail(channel, error)
    channel.send("phase", phase="shutdown")
    channel.send("done")


if __name__ == "__main__":
    main()
