"""The cache server answers, remembers, refuses and stops as it says."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from cache_server.limits import Pool, PoolFullError, RateLimit
from cache_server.model import Model
from cache_server.semantic_cache import SemanticCache

from perf_pipeline.measure.ports import free_port

SERVE = Path(__file__).parents[2] / "workloads" / "cache_server" / "serve.py"
KEY = {"x-api-key": "agent-1"}


class Served:
    """A server that runs, and its address."""

    def __init__(self, *words: str) -> None:
        """Start it, and wait until it answers."""
        self.port = free_port()
        self.process = subprocess.Popen([sys.executable, str(SERVE), str(self.port), *words])
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers=KEY, timeout=30
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                self.client.get("/health/live")
            except httpx.TransportError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError

    def ask(self, text: str, tokens: int = 5, **headers: str) -> httpx.Response:
        """A message of one turn."""
        body = {"messages": [{"role": "user", "content": text}], "max_tokens": tokens}
        return self.client.post("/v1/messages", json=body, headers=headers)

    def stop(self) -> int:
        """Ask it to stop, and wait until it has."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.client.close()
        return code


@pytest.fixture
def served() -> Iterator[Served]:
    """A server with two places."""
    one = Served("--places", "2")
    yield one
    if one.process.poll() is None:
        one.stop()


def test_a_message_is_answered_and_remembered(served: Served) -> None:
    """The second time from the cache, with the same words; another question is another miss."""
    first, again = served.ask("what is a cache?"), served.ask("what is a cache?")
    assert (first.status_code, first.headers["x-cache"]) == (200, "miss")
    assert (again.status_code, again.headers["x-cache"]) == (200, "hit")
    assert again.json()["content"] == first.json()["content"]
    assert first.json()["type"] == "message"
    assert served.ask("how does a modem sound?").headers["x-cache"] == "miss"
    counted = served.client.get("/metrics").json()
    assert (counted["cache_hits"], counted["cache_misses"]) == (1, 2)


def test_who_is_unknown_or_too_fast_is_told() -> None:
    """And health is asked by anybody, as often as they like."""
    served = Served("--per-second", "0.001", "--burst", "2")
    try:
        assert served.ask("hello", **{"x-api-key": "nobody"}).status_code == 401
        codes = [served.ask("hello").status_code for _ in range(4)]
        assert codes == [200, 200, 429, 429]
        assert served.ask("hello", **{"x-api-key": "agent-2"}).status_code == 200
        for path in ("live", "ready", "startup"):
            for _ in range(20):
                assert httpx.get(f"{served.client.base_url}/health/{path}").status_code == 200
    finally:
        served.stop()


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b'{"messages": 3}', b'{"messages": [], "max_tokens": 100000}']
)
def test_what_is_no_message_is_refused(served: Served, body: bytes) -> None:
    """With a sentence, and the server goes on."""
    answer = served.client.post("/v1/messages", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert served.ask("hello").status_code == 200


def test_a_full_pool_says_so(served: Served) -> None:
    """Two places, twenty different questions at once: some are answered, the others get 503."""
    with ThreadPoolExecutor(20) as threads:
        found = list(threads.map(lambda n: served.ask(f"{n} {'x' * n}", 200), range(20)))
    codes = Counter(one.status_code for one in found)
    assert set(codes) == {200, 503}
    assert codes[200] >= 2
    assert all(one.headers["retry-after"] == "1" for one in found if one.status_code == 503)
    assert served.client.get("/metrics").json()["pool_refused"] == codes[503]
    assert served.client.get("/metrics").json()["pool_taken"] == 0


def test_another_model_takes_over(served: Served) -> None:
    """From one answer to the next, with other words and an empty cache."""
    before = served.ask("what is a swap?").json()
    assert served.client.post("/admin/swap", json={"model": "small-2"}).status_code == 200
    after = served.ask("what is a swap?")
    assert (after.headers["x-cache"], after.json()["model"]) == ("miss", "small-2")
    assert after.json()["content"] != before["content"]


def test_the_cache_outlives_the_server(tmp_path: Path) -> None:
    """Saved when it is stopped, loaded before the first request."""
    file = str(tmp_path / "cache")
    first = Served("--cache", file)
    answer = first.ask("what stays?").json()
    assert first.stop() in {0, -signal.SIGTERM}
    second = Served("--cache", file)
    try:
        again = second.ask("what stays?")
        assert (again.headers["x-cache"], again.json()["content"]) == ("hit", answer["content"])
    finally:
        second.stop()


def test_a_drained_server_ends_what_it_began(served: Served) -> None:
    """Ready says no, new messages are refused, the one under way is answered."""
    with ThreadPoolExecutor(1) as thread:
        under_way = thread.submit(served.ask, "a long one", 200)
        deadline = time.monotonic() + 10
        while served.client.get("/metrics").json()["pool_taken"] == 0 and not under_way.done():
            assert time.monotonic() < deadline
        assert served.client.post("/admin/drain").status_code == 200
        assert served.client.get("/health/ready").status_code == 503
        assert served.client.get("/health/live").status_code == 200
        assert served.ask("too late").status_code == 503
        assert under_way.result().status_code == 200


def test_the_oldest_entry_leaves() -> None:
    """When there is no room; saved and loaded it is in the same order."""
    cache = SemanticCache(capacity=3)
    for word in ("apple pie", "railway bridge", "violin concerto", "winter coat"):
        cache.keep(word, word.upper())
    assert cache.find("apple pie") is None
    assert cache.find("winter coat") == "WINTER COAT"
    assert len(cache) == 3


def test_a_cache_is_saved_whole(tmp_path: Path) -> None:
    """What is loaded is what was saved, and the next to leave is the same."""
    cache = SemanticCache(capacity=3)
    for word in ("apple pie", "railway bridge", "violin concerto", "winter coat"):
        cache.keep(word, word.upper())
    assert cache.save(tmp_path / "cache") == 3
    again = SemanticCache(capacity=3)
    assert again.load(tmp_path / "cache") == 3
    for one in (cache, again):
        one.keep("garden gnome", "GNOME")
        assert one.find("railway bridge") is None
        assert one.find("violin concerto") == "VIOLIN CONCERTO"
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_places_are_given_back() -> None:
    """Also by an answer that failed."""
    pool = Pool(1)
    with contextlib.suppress(ZeroDivisionError), pool.place():
        with pytest.raises(PoolFullError), pool.place():
            pass
        raise ZeroDivisionError
    with pool.place():
        assert pool.taken == 1
    assert (pool.taken, pool.refused) == (0, 1)


def test_a_bucket_refills_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as it holds at once, then as fast as declared; each key has its own."""
    now = [100.0]
    monkeypatch.setattr("cache_server.limits.monotonic", lambda: now[0])
    limit = RateLimit(per_second=2, burst=3)
    assert [limit.admits("a") for _ in range(4)] == [True, True, True, False]
    assert limit.admits("b")
    now[0] += 1
    assert [limit.admits("a") for _ in range(3)] == [True, True, False]
    now[0] += 1_000
    assert [limit.admits("a") for _ in range(4)] == [True, True, True, False]


def test_an_answer_depends_on_model_and_question_only() -> None:
    """And longer ones take longer; nothing else of the loop is blocked."""
    assert Model("m").answer("q", 5) == Model("m").answer("q", 5)
    assert Model("m").answer("q", 5) != Model("n").answer("q", 5)
    assert len(Model("m").answer("q", 5).split()) == 5

    async def beside() -> int:
        loop = asyncio.get_running_loop()
        answer = loop.run_in_executor(None, Model("m").answer, "q", 200)
        turns = 0
        while not answer.done():
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(beside()) > 10
