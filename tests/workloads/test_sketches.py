"""The sketches err as their papers say, and their gates see a broken one."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from sketches import benchmarks, minhash
from sketches.bloom import BloomFilter
from sketches.count_min import CountMin
from sketches.hashing import keys_of, mixed
from sketches.hyperloglog import HyperLogLog


def test_keys_differ_and_their_hashes_are_even() -> None:
    """No two alike among a hundred thousand; every bit is set in half of them."""
    keys = keys_of(100_000)
    assert len(np.unique(keys)) == 100_000
    hashed = mixed(keys, 3)
    for bit in range(64):
        share = np.mean((hashed >> np.uint64(bit)) & np.uint64(1))
        assert abs(share - 0.5) < 0.01
    assert np.mean(hashed == mixed(keys, 4)) == 0


@pytest.mark.parametrize("keys", [1, 10, 1_000, 20_000, 100_000, 1_000_000])
def test_hyperloglog_counts(keys: int) -> None:
    """Ten sets of keys: the root of the mean square is at most twice the standard error."""
    errors = []
    for seed in range(10):
        sketch = HyperLogLog(14)
        sketch.add(keys_of(keys, seed))
        sketch.add(keys_of(keys, seed))
        errors.append(sketch.estimate() / keys - 1)
    assert math.sqrt(np.mean(np.square(errors))) < 2 * 1.04 / math.sqrt(1 << 14)
    assert sketch.memory_bytes == 16_384


def test_hyperloglog_of_nothing() -> None:
    """It counts none, and refuses a size that it is not made for."""
    assert HyperLogLog(10).estimate() == 0
    with pytest.raises(ValueError, match="not between 4 and 18"):
        HyperLogLog(3)


def test_count_min_is_never_too_low() -> None:
    """And too high by more than e / width of all for hardly any key."""
    keys = np.concatenate([np.repeat(keys_of(200), 100), keys_of(50_000, seed=5)])
    sketch = CountMin(width=2_000, depth=5)
    sketch.add(keys)
    known, exact = np.unique(keys, return_counts=True)
    over = sketch.counts(known) - exact
    assert over.min() >= 0
    assert np.mean(over > math.e / 2_000 * len(keys)) <= math.exp(-5)
    assert sketch.counts(keys_of(10, seed=6)).max() < 200


@pytest.mark.parametrize(
    ("keys", "share"), [(50_000, 0.0027), (80_000, 0.0097), (100_000, 0.0174), (200_000, 0.0918)]
)
def test_bloom_errs_by_how_full_it_is(keys: int, share: float) -> None:
    """It forgets nothing; strangers are taken for known as the formula says."""
    sketch = BloomFilter(1_000_000, 3)
    sketch.add(keys_of(keys))
    assert sketch.has(keys_of(keys)).all()
    found = np.mean(sketch.has(keys_of(200_000, seed=9)))
    assert found == pytest.approx(share, rel=0.15)
    assert sketch.memory_bytes == 125_000


def test_minhash_says_how_alike_sets_are() -> None:
    """Within four standard errors, over a range of similarities."""
    keys = keys_of(2_000)
    for shared in (0, 200, 500, 800, 1_000):
        one, other = keys[:1_000], np.concatenate([keys[:shared], keys[1_000 : 2_000 - shared]])
        true = shared / (2_000 - shared)
        found = minhash.likeness(minhash.signature(one), minhash.signature(other))
        assert abs(found - true) <= 4 * math.sqrt(true * (1 - true) / 128) + 1e-9


def test_bands_find_what_they_should() -> None:
    """More bands find more of the similar pairs, and never one that agrees nowhere."""
    sets = [keys_of(100, seed) for seed in (1, 1, 2)]
    signatures = [minhash.signature(one) for one in sets]
    for bands in (1, 16, 32):
        assert minhash.candidate_pairs(signatures, bands) == {(0, 1)}
        assert minhash.similar_pairs(signatures, bands, 0.5) == {(0, 1)}


def test_what_is_measured_meets_its_gates() -> None:
    """Every factory at the points that its benchmark declares."""
    for keys in (1_000, 20_000, 100_000):
        assert benchmarks.count_distinct(keys, 14)()["error_percent"] < 2.44
    counted = benchmarks.count_each(100_000, 10_000, 5)()
    assert counted["counted_too_low"] == 0
    assert counted["largest_excess_percent"] < 0.0272
    assert counted["sketch_bytes"] < counted["exact_bytes"]
    assert benchmarks.remember(80_000, 1_000_000, 3)()["forgotten"] == (0, 80_000)
    recalls = {}
    for bands in (32, 16):
        found = benchmarks.find_similar(bands, 128)()
        right, wanted = found["recall"]
        assert found["precision"][0] >= 0.8 * found["precision"][1]
        assert wanted > 100
        recalls[bands] = right / wanted
    assert recalls[32] >= 0.8
    assert recalls[32] >= recalls[16]


def test_permutations_that_are_all_equal_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mistake that a multiplier without overflow makes: the gate must not pass it."""
    monkeypatch.setattr(minhash, "mixed", lambda keys, _seed: mixed(keys, 0))
    found = benchmarks.find_similar(32, 128)()
    right, given = found["precision"]
    recalled, wanted = found["recall"]
    assert right / given < 0.8 or recalled / wanted < 0.8


def test_a_hash_that_is_uneven_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """HyperLogLog over keys as they are: far beyond its gate."""
    monkeypatch.setattr("sketches.hyperloglog.mixed", lambda keys, seed: keys)  # noqa: ARG005
    monkeypatch.setattr(benchmarks, "keys_of", lambda count: np.arange(count, dtype=np.uint64))
    assert benchmarks.count_distinct(20_000, 14)()["error_percent"] > 2.44


def test_the_families_are_as_described() -> None:
    """Similar pairs are within families, and not all of those are."""
    sets = benchmarks._families()
    wanted = benchmarks._similar(sets)
    within = {
        (one, other)
        for one, other in combinations(range(len(sets)), 2)
        if one % benchmarks.FAMILIES == other % benchmarks.FAMILIES
    }
    assert wanted < within
