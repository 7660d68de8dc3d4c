"""SuperAgent decides, writes, finds and counts as its figures say."""

from __future__ import annotations

import threading
from collections import Counter
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from observing import Observations, Prepared
from superagent import benchmarks, costs, vectors
from superagent.complexity import Level, estimate
from superagent.costs import CostLog, Use
from superagent.embedding import DIMENSIONS, embed, embed_cached
from superagent.router import Router
from superagent.scribe import Scribe
from superagent.tasks import tasks


def once(prepared: Prepared) -> Observations:
    """What one call of a prepared workload gives."""
    measured = next(prepared)
    try:
        return measured()
    finally:
        prepared.close()  # type: ignore[attr-defined]  # a generator


def test_tasks_are_the_same_everywhere_and_differ() -> None:
    """A fixed draw, of which most are different."""
    assert tasks(50) == tasks(50)
    assert len(set(tasks(1_000))) > 700
    assert tasks(10, seed=6) != tasks(10)


def test_harder_tasks_score_higher() -> None:
    """What a person would call easy, middling and hard."""
    levels = [
        estimate(task).level
        for task in (
            "write a test for the menu",
            "refactor the price filter and explain why it is slow",
            "debug the race condition in the payment; migrate the database, explain the deadlock",
        )
    ]
    assert levels == [Level.LOW, Level.MEDIUM, Level.HIGH]
    assert {estimate(task).level for task in tasks(500)} == set(Level)


@given(st.text(max_size=300))
def test_anything_can_be_estimated(text: str) -> None:
    """And more of the same is never easier."""
    assert estimate(f"{text} {text}").score >= estimate(text).score >= 0


@pytest.mark.parametrize("cache_entries", [0, 1_000])
def test_every_decision_is_counted_once(cache_entries: int) -> None:
    """By twenty threads; a cache changes the cost and not the decision."""
    plain = Router()
    router = Router(cache_entries)
    asked = tasks(300) * 2
    threads = [
        threading.Thread(target=lambda part=part: [router.route(task) for task in asked[part::20]])
        for part in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert router.decided == len(asked)
    assert [router.route(task) for task in asked] == [plain.route(task) for task in asked]
    assert (router.hits > 0) is (cache_entries > 0)


def test_similar_texts_lie_close() -> None:
    """Nearer than others, of length one, and the same each time."""
    one = embed("write a test for the login form")
    near = embed("write a test for the login page")
    far = embed("migrate the database behind the payment")
    assert one.shape == (DIMENSIONS,)
    assert float(one @ one) == pytest.approx(1, abs=1e-5)
    assert one @ near > 0.7 > one @ far
    assert np.array_equal(embed_cached("x y z"), embed("x y z"))
    with pytest.raises(ValueError, match="read-only"):
        embed_cached("x y z")[0] = 1


def test_the_scribe_writes_python_after_the_nearest_patterns() -> None:
    """The pattern that is the task itself comes first."""
    scribe = Scribe()
    task = "write a test for the shopping cart"
    assert scribe.like(task)[0] == task
    source = scribe.write(task)
    compile(source, "written.py", "exec")
    assert "shopping cart" in source
    assert Scribe(embed_cached).write(task) == source


def test_a_store_finds_what_it_was_given_by_many_threads() -> None:
    """Beyond the size that it begins with; nothing is overwritten."""
    found = once(benchmarks.vector_writes(150, threads=10))
    right, texts = found["found_again"]
    assert texts == 150
    assert right >= len(set(tasks(150)))


def test_exact_search_is_exact() -> None:
    """As sorting all products says."""
    rows = vectors.clustered(500, clusters=10)
    for query in vectors.clustered(20, clusters=10):
        wanted = np.argsort(-(rows @ query), kind="stable")[:10]
        assert set(vectors.nearest(rows, query, 10)) == set(wanted)
    assert len(vectors.nearest(rows[:3], rows[0], 10)) == 3


def test_more_cells_recall_more() -> None:
    """All of them recall everything; one of a broken index does not pass the gate."""
    shares = {}
    for looked_into in (1, 16, 64):
        right, wanted = benchmarks.vector_search(2_000, looked_into)()["recall"]
        shares[looked_into] = right / wanted
    assert shares[1] <= shares[16] <= shares[64] == 1
    assert shares[16] >= 0.9
    assert benchmarks.vector_search(2_000, 0)()["recall"][0] == shares[64] * wanted


def test_an_index_with_the_wrong_members_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Members of other cells: recall falls below its gate."""
    made = vectors.Cells.__init__

    def broken(self: vectors.Cells, rows: vectors.Matrix, cells: int) -> None:
        made(self, rows, cells)
        self._members = self._members[1:] + self._members[:1]

    monkeypatch.setattr(vectors.Cells, "__init__", broken)
    right, wanted = benchmarks.vector_search(2_000, 4)()["recall"]
    assert right / wanted < 0.9


def uses(count: int) -> list[Use]:
    """So many uses of three models by seven agents."""
    return [
        Use(f"agent-{n % 7}", ("small", "medium", "large")[n % 3], n, 2 * n) for n in range(count)
    ]


@pytest.mark.parametrize("buffered", [1, 7, 1_000])
def test_no_cost_is_lost_or_rounded(tmp_path: Path, buffered: int) -> None:
    """A hundred logged by ten threads, whatever is buffered; sums are exact."""
    file = tmp_path / "costs"
    with CostLog(file, buffered) as log:
        threads = [
            threading.Thread(target=lambda part=part: [log.log(one) for one in uses(100)[part::10]])
            for part in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert Counter(costs.read(file)) == Counter(uses(100))
    assert log.writes == -(-100 // buffered)
    assert costs.totals(costs.read(file)) == costs.totals(iter(uses(100)))


def test_prices_are_exact() -> None:
    """In decimals: a float would be off at the tenth digit."""
    assert Use("a", "small", 1, 1).usd == Decimal("0.0000015")
    assert sum(one.usd for one in uses(1_000)) == sum(costs.totals(iter(uses(1_000))).values())


def test_a_lost_entry_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that forgets its last buffer: entries and dollars are missing."""
    monkeypatch.setattr(CostLog, "close", lambda self: self._file.close())
    found = once(benchmarks.cost_logging(100, threads=4, buffered=30))
    assert found["entries_kept"] == (90, 100)
    assert found["error_usd"] > 0.0001
