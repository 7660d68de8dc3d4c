"""The four components together answer every request and keep what they answered."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neurectomy.assembly import REPLY_TOKENS, assembled
from neurectomy.growth import POINTS, Growth
from sigma_lang.compressor import Compressor, train_dictionary


def test_requests_go_through_all_four_components() -> None:
    """Each reply is in the vault, compressed, and holds the generated tokens of its RSU."""
    with assembled() as system:
        done, answered = system.answer(requests=24, in_flight=8)
        kept = {task.payload.decode() for task in done.tasks}
        vault = system.workflow._vault
        compressor = Compressor(train_dictionary())
        for key in kept:
            record = compressor.decompress(vault.get(f"reply:{key}") or b"")
            text = compressor.decompress(vault.get(key) or b"")
            reply = json.loads(record.removeprefix(text))
            assert reply["reply_to"] == key
            assert len(reply["tokens"]) == REPLY_TOKENS
    observations: dict[str, Any] = dict(answered)
    assert observations["tasks_succeeded"] == (24, 24)
    assert observations["traces_complete"] == (24, 24)
    received, sent = observations["counters_received"]
    assert received <= sent == 24 * 6
    assert len(observations["ttft_ms"]) == len(observations["write_latency_ms"]) == 24
    assert observations["compression_ratio"] > 1


def test_same_request_same_reply() -> None:
    """Batching with others changes no reply."""
    replies = []
    for in_flight in (1, 8):
        with assembled() as system:
            done, _ = system.answer(requests=16, in_flight=in_flight)
            vault = system.workflow._vault
            keys = sorted({task.payload.decode() for task in done.tasks})
            replies.append([vault.get(f"reply:{key}") for key in keys])
    assert replies[0] == replies[1]


def test_unknown_key_fails_alone() -> None:
    """A request for an RSU that is not there fails with a sentence; the others are answered."""
    with assembled() as system:
        done = system.collective.run([b"rsu:000001", b"rsu:999999", b"rsu:000002"], in_flight=2)
    assert done.succeeded == 2
    assert str(done.tasks[1].error) == "the vault has no RSU rsu:999999"


@settings(deadline=None)
@given(st.floats(-1000, 1000), st.floats(0, 1e9), st.integers(2, 1500))
def test_steady_growth_is_found(slope: float, start: float, iterations: int) -> None:
    """A straight line's slope comes out, however long the run."""
    growth = Growth()
    for iteration in range(iterations):
        found = growth.note(start + slope * iteration)
    assert found == pytest.approx(slope, rel=1e-6, abs=1e-3)


def test_growth_needs_constant_memory() -> None:
    """However many iterations, at most 256 points, evenly over the whole run."""
    growth = Growth()
    for iteration in range(5_000):
        growth.note(float(iteration))
        assert len(growth._points) < POINTS
    distances = {late - early for (early, _), (late, _) in pairwise(growth._points)}
    assert len(distances) == 1
    assert growth._points[-1][0] > 4_900


def test_filling_a_cache_early_is_no_leak() -> None:
    """What grows in the first tenth of a run and stays leaves no slope; a late climb does."""
    early, late = Growth(), Growth()
    for iteration in range(1000):
        filled = early.note(min(iteration, 100) * 1e6)
        climbing = late.note(max(0, iteration - 600) * 1e6)
    assert filled == 0
    assert climbing > 1e5
