"""A draw decides the memory layout: the same draw gives the same one, another gives another."""

from __future__ import annotations

import pytest

from perf_pipeline.measure.request import Draw
from tests.measure.builders import DRAW, calls, run


def seen(draw: Draw) -> tuple[str, dict[str, float]]:
    """What became of randomisation, and what the process saw of its layout."""
    outcome = run(calls("layout:addresses"), draw=draw)
    names = ("hash", "code", "heap", "frozen")
    return outcome.aslr, {name: outcome.series[name].values[-1] for name in names}


def test_the_same_draw_gives_the_same_layout() -> None:
    """Hash seed and addresses repeat, where the kernel lets us fix them."""
    first, again = seen(DRAW), seen(DRAW)
    assert first[1]["hash"] == again[1]["hash"]
    if first[0] != "off":
        pytest.skip(f"address randomisation could not be turned off: {first[0]}")
    assert first == again


def test_another_hash_seed_gives_other_hashes() -> None:
    """PYTHONHASHSEED reaches the workload."""
    assert seen(Draw(1, 100, 5))[1]["hash"] != seen(Draw(2, 100, 5))[1]["hash"]


def test_another_heap_seed_gives_another_heap() -> None:
    """The shake of the heap moves what is allocated after it."""
    assert seen(Draw(1, 100, 5))[1]["code"] != seen(Draw(1, 100, 6))[1]["code"]
