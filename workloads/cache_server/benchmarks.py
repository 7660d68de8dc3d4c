"""The measured callables of the cache server; each asks a real one."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns
from typing import TypeVar

import httpx
from observing import Observations, Prepared, per_second, to_ms

Asked = TypeVar("Asked")
Found = TypeVar("Found")

KEYS = [f"agent-{number}" for number in range(10)]
HEALTH = ("live", "ready", "startup")
LONGEST_S = 60.0
"""From here on a client gives up: latencies beyond are not known."""


@dataclass(frozen=True)
class Answered:
    """What became of one request; status 0 is a client that gave up or was cut off."""

    status: int
    time_ns: int
    cached: bool


def address() -> str:
    """Where the service of this benchmark listens."""
    return os.environ["PERF_SERVICE_URL"]


def message(text: str, tokens: int = 20) -> dict[str, object]:
    """A message of one turn."""
    return {"messages": [{"role": "user", "content": text}], "max_tokens": tokens}


@contextmanager
def asking(key: str = KEYS[0]) -> Iterator[httpx.Client]:
    """A client with a key."""
    with httpx.Client(base_url=address(), headers={"x-api-key": key}, timeout=LONGEST_S) as client:
        yield client


def _unique() -> Iterator[str]:
    """Questions that were never asked; alike enough for nobody."""
    number = 0
    while True:
        number += 1
        words = [f"{number * factor % 9_973:x}" for factor in (7, 31, 127, 8_191, 131)]
        yield f"question {os.getpid()} {' '.join(words)}"


def sequential() -> Prepared:
    """Three questions of one agent, one after the other, the last of them asked before."""
    questions = _unique()
    with asking() as client:

        def measured() -> Observations:
            first, second = next(questions), next(questions)
            found = [_ask(client, text) for text in (first, second, first)]
            return {
                "miss_ms": to_ms(one.time_ns for one in found if not one.cached),
                "hit_ms": to_ms(one.time_ns for one in found if one.cached),
                "cache_hits": (sum(one.cached for one in found), 3),
                "succeeded": (sum(one.status == 200 for one in found), 3),
            }

        yield measured


def _ask(client: httpx.Client, text: str) -> Answered:
    started_ns = perf_counter_ns()
    answer = client.post("/v1/messages", json=message(text))
    taken_ns = perf_counter_ns() - started_ns
    return Answered(answer.status_code, taken_ns, answer.headers.get("x-cache") == "hit")


def health() -> Prepared:
    """Each of the three endpoints, without a key."""
    with httpx.Client(base_url=address(), timeout=LONGEST_S) as client:

        def measured() -> Observations:
            found: Observations = {}
            went_well = 0
            for name in HEALTH:
                started_ns = perf_counter_ns()
                answer = client.get(f"/health/{name}")
                found[f"{name}_ms"] = (perf_counter_ns() - started_ns) / 1e6
                went_well += answer.status_code == 200
            found["succeeded"] = (went_well, len(HEALTH))
            return found

        yield measured


def concurrent_health(requests: int) -> Prepared:
    """So many checks at once."""

    async def check(client: httpx.AsyncClient, number: int) -> Answered:
        return await _timed(lambda: client.get(f"/health/{HEALTH[number % 3]}"))

    def measured() -> Observations:
        started_ns = perf_counter_ns()
        found = asyncio.run(_all(check, range(requests)))
        return _observed(found, perf_counter_ns() - started_ns)

    yield measured


def pool_exhaustion(requests: int, first_workers: int, last_workers: int) -> Prepared:
    """Different questions by ever more workers, who ask again at once (a closed loop)."""
    questions = _unique()

    def measured() -> Observations:
        texts = [next(questions) for _ in range(requests)]
        started_ns = perf_counter_ns()
        found = asyncio.run(_ramp(texts, first_workers, last_workers))
        return _observed(found, perf_counter_ns() - started_ns)

    yield measured


def agents(count: int, questions_each: int) -> Prepared:
    """Agents with a key each, all at once; every other question is one that all of them ask."""
    questions = _unique()

    def measured() -> Observations:
        shared = [next(questions) for _ in range(questions_each // 2)]

        async def converse(client: httpx.AsyncClient, number: int) -> list[Answered]:
            own = [next(questions) for _ in range(questions_each - len(shared))]
            texts = [text for pair in zip(shared, own, strict=False) for text in pair]
            key = {"x-api-key": KEYS[number % len(KEYS)]}
            return [await _post(client, text, key) for text in texts]

        started_ns = perf_counter_ns()
        found = asyncio.run(_all(converse, range(count)))
        elapsed_ns = perf_counter_ns() - started_ns
        return _observed([one for many in found for one in many], elapsed_ns)

    yield measured


def multi_turn(turns: int, prefix_words: int) -> Prepared:
    """A conversation that is told from its beginning in every turn; then the same one again."""
    questions = _unique()
    with asking() as client:

        def measured() -> Observations:
            start = next(questions)
            prefix = f"{start} " + "context " * prefix_words
            texts = [f"{prefix}\nturn {turn} {'and then ' * turn}" for turn in range(turns)]
            first, again = ([_ask(client, text) for text in texts] for _ in range(2))
            return {
                "first_ms": to_ms(one.time_ns for one in first),
                "again_ms": to_ms(one.time_ns for one in again),
                "cache_hits_first": (sum(one.cached for one in first), turns),
                "cache_hits_again": (sum(one.cached for one in again), turns),
            }

        yield measured


def save_and_load(entries: int) -> Prepared:
    """A cache of so many answers, written to a file and read again."""
    questions = _unique()
    with asking() as client, tempfile.TemporaryDirectory() as folder:
        file = {"file": str(Path(folder) / "cache")}
        for _ in range(entries):
            client.post("/v1/messages", json=message(next(questions), tokens=1))

        def measured() -> Observations:
            found: Observations = {}
            counts = []
            for name in ("save", "load"):
                started_ns = perf_counter_ns()
                counts.append(client.post(f"/admin/{name}", json=file).json()["entries"])
                found[f"{name}_ms"] = (perf_counter_ns() - started_ns) / 1e6
            found["entries_kept"] = (counts[1], counts[0])
            return found

        yield measured


def hot_swap(beside: int) -> Prepared:
    """Another model while others ask: how long it takes, and whether anybody was refused."""
    questions = _unique()
    models = _models()

    async def swap(client: httpx.AsyncClient) -> tuple[int, list[Answered]]:
        headers = {"x-api-key": KEYS[0]}
        under_way = [
            asyncio.create_task(_post(client, next(questions), headers)) for _ in range(beside)
        ]
        await asyncio.sleep(0)
        started_ns = perf_counter_ns()
        answer = await client.post("/admin/swap", json={"model": next(models)}, headers=headers)
        taken_ns = perf_counter_ns() - started_ns
        answer.raise_for_status()
        return taken_ns, list(await asyncio.gather(*under_way))

    async def run() -> tuple[int, list[Answered]]:
        async with _client() as client:
            return await swap(client)

    def measured() -> Observations:
        taken_ns, found = asyncio.run(run())
        return {
            "swap_ms": taken_ns / 1e6,
            "answered_meanwhile": (sum(one.status == 200 for one in found), beside),
        }

    yield measured


def _models() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"small-{number}"


def _client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(base_url=address(), timeout=LONGEST_S, limits=limits)


async def _all(
    act: Callable[[httpx.AsyncClient, Asked], Awaitable[Found]], asked: Sequence[Asked]
) -> list[Found]:
    async with _client() as client:
        return list(await asyncio.gather(*(act(client, one) for one in asked)))


async def _ramp(texts: Sequence[str], first: int, last: int) -> list[Answered]:
    """As many workers as the share of what was asked says, from the first number to the last."""
    left = list(reversed(texts))
    found: list[Answered] = []

    async with _client() as client:

        async def work(number: int) -> None:
            while left:
                allowed = first + (last - first) * (len(texts) - len(left)) / len(texts)
                if number > allowed:
                    await asyncio.sleep(0.005)
                    continue
                key = {"x-api-key": KEYS[number % len(KEYS)]}
                found.append(await _post(client, left.pop(), key))

        await asyncio.gather(*(work(number) for number in range(last)))
    return found


async def _post(client: httpx.AsyncClient, text: str, headers: dict[str, str]) -> Answered:
    return await _timed(lambda: client.post("/v1/messages", json=message(text), headers=headers))


async def _timed(act: Callable[[], Awaitable[httpx.Response]]) -> Answered:
    started_ns = perf_counter_ns()
    try:
        answer = await act()
    except httpx.TransportError:
        return Answered(0, perf_counter_ns() - started_ns, cached=False)
    cached = answer.headers.get("x-cache") == "hit"
    return Answered(answer.status_code, perf_counter_ns() - started_ns, cached)


def _observed(found: Sequence[Answered], elapsed_ns: int) -> Observations:
    """Latency and goodput of what succeeded; refusals and failures are counted by themselves."""
    counts = Counter(one.status for one in found)
    succeeded = [one for one in found if one.status == 200]
    observed: Observations = {
        "succeeded": (len(succeeded), len(found)),
        "refused_503": (counts[503], len(found)),
        "gave_up": (counts[0], len(found)),
        "goodput_requests_per_sec": per_second(len(succeeded), elapsed_ns),
    }
    if succeeded:
        observed["latency_ms"] = to_ms(one.time_ns for one in succeeded)
        observed["cache_hits"] = (sum(one.cached for one in succeeded), len(succeeded))
    return observed
