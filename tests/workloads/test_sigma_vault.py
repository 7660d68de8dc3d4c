"""SigmaVAULT keeps what it was given, across threads, restarts and kills."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma_vault import client, contents, vault
from sigma_vault.client import Client
from sigma_vault.contents import RSUS, filled_vault, keys_by_popularity, keys_evenly, rsu_key
from sigma_vault.lru import LruCache
from sigma_vault.vault import Vault
from sigma_vault.writer import GroupWriter


def open_vault(folder: Path, cache_entries: int = 10) -> closing[Vault]:
    """The folder's vault, closed in the end."""
    return closing(Vault(folder / "vault.db", cache_entries))


def test_returns_what_was_written(tmp_path: Path) -> None:
    """The newest value of a key, from the cache and from the file; None for a strange key."""
    with open_vault(tmp_path, cache_entries=2) as opened:
        for number in range(20):
            opened.put(f"k{number}", f"v{number}".encode())
        opened.put("k3", b"new")
        assert [opened.get(f"k{number}") for number in (0, 3, 19)] == [b"v0", b"new", b"v19"]
        assert opened.get("k20") is None
        assert len(opened.cache) == 2


def test_survives_reopening(tmp_path: Path) -> None:
    """Another opening of the file finds everything."""
    with open_vault(tmp_path) as opened:
        opened.put("a", b"1")
        opened.put_many([("b", b"2"), ("a", b"3")])
    with open_vault(tmp_path) as opened:
        assert (opened.get("a"), opened.get("b")) == (b"3", b"2")


def test_survives_the_death_of_the_process(tmp_path: Path) -> None:
    """A write that returned is there after a kill -9."""
    script = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from sigma_vault.vault import Vault
vault = Vault(Path(sys.argv[2]), 10)
for number in range(100):
    vault.put(f"k{number}", bytes([number]) * 1000)
os.kill(os.getpid(), signal.SIGKILL)
"""
    root = Path(vault.__file__).parents[1]
    command = [sys.executable, "-c", script, str(root), str(tmp_path / "vault.db")]
    assert subprocess.run(command, check=False).returncode == -9
    with open_vault(tmp_path) as opened:
        assert all(opened.get(f"k{n}") == bytes([n]) * 1000 for n in range(100))


def test_put_many_writes_all_or_none(tmp_path: Path) -> None:
    """A value that cannot be stored takes the whole group back, cache included."""
    with open_vault(tmp_path) as opened:
        opened.put("a", b"old")
        with pytest.raises(Exception, match=r"NOT NULL"):
            opened.put_many([("a", b"new"), ("b", None)])  # type: ignore[list-item]
        assert (opened.get("a"), opened.get("b")) == (b"old", None)
        opened.put("a", b"after")
        assert opened.get("a") == b"after"


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans())), st.integers(1, 4))
def test_cache_forgets_the_least_recently_used(steps: list[tuple[str, bool]], size: int) -> None:
    """After any reads and writes it holds the latest keys and never more than it may."""
    cache = LruCache[str, str](size)
    recent: list[str] = []
    for key, writes in steps:
        if writes:
            cache.put(key, key)
        else:
            assert (cache.get(key) == key) is (key in recent)
        if writes or key in recent:
            recent = [*(other for other in recent if other != key), key][-size:]
        assert len(cache) == len(recent)
    assert cache.hits + cache.misses == sum(not writes for _, writes in steps)


def test_reading_keeps_an_entry() -> None:
    """What was read outlives what was written after it."""
    cache = LruCache[str, int](2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)


def test_cache_without_room_is_refused() -> None:
    """A capacity below one is an error, not an unbounded cache."""
    with pytest.raises(ValueError, match="0 entries"):
        LruCache[str, str](0)


def test_writer_commits_everything_in_groups(tmp_path: Path) -> None:
    """Eight threads write through one queue; all of it is in the file afterwards."""
    groups: list[int] = []
    with open_vault(tmp_path) as opened:
        original = opened.put_many

        def counted(rsus: object) -> None:
            written = list(rsus)  # type: ignore[call-overload]
            groups.append(len(written))
            original(written)

        opened.put_many = counted  # type: ignore[method-assign]
        with closing(GroupWriter(opened, max_group=16)) as writer:
            done = [writer.submit(f"k{number}", b"%d" % number) for number in range(500)]
            for future in done:
                future.result(timeout=30)
        assert max(writer.depths.take()) <= 500
    assert sum(groups) == 500
    assert 500 / 16 <= len(groups) < 500
    assert max(groups) <= 16
    with open_vault(tmp_path) as opened:
        assert all(opened.get(f"k{number}") == b"%d" % number for number in range(500))


def test_writer_hands_errors_to_whoever_wrote(tmp_path: Path) -> None:
    """A write that fails says so, and the writer goes on."""
    with open_vault(tmp_path) as opened, closing(GroupWriter(opened)) as writer:
        with pytest.raises(Exception, match="NOT NULL"):
            writer.put("a", None)  # type: ignore[arg-type]
        writer.put("b", b"2")
        assert opened.get("b") == b"2"


def test_closing_the_writer_commits_what_waits(tmp_path: Path) -> None:
    """Nothing that was submitted before closing is lost."""
    with open_vault(tmp_path) as opened:
        writer = GroupWriter(opened, max_group=4)
        done = [writer.submit(f"k{number}", b"x") for number in range(50)]
        writer.close()
        assert all(future.done() for future in done)


def test_threads_may_share_a_vault(tmp_path: Path) -> None:
    """Concurrent writers and readers of one vault never see another key's value."""
    wrong: list[str] = []

    def work(opened: Vault, name: str) -> None:
        for number in range(200):
            key = f"{name}{number % 20}"
            opened.put(key, key.encode())
            if opened.get(key) != key.encode():
                wrong.append(key)

    with open_vault(tmp_path, cache_entries=5) as opened:
        threads = [threading.Thread(target=work, args=(opened, name)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_filled_vault_goes_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds every RSU with its size, its cache is full, and nothing is left behind."""
    monkeypatch.setattr(contents, "RSUS", 300)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with filled_vault(cache_entries=50, value_bytes=128) as opened:
        assert all(len(opened.get(rsu_key(number)) or b"") == 128 for number in range(300))
        assert len(opened.cache) == 50
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []


def test_popular_keys_are_asked_for_more_often() -> None:
    """One key has more than its share by far, and readers agree on which it is."""
    first, second = (Counter(islice(keys_by_popularity(seed), 20_000)) for seed in (1, 2))
    (key, asked), *_ = first.most_common()
    assert asked > 20 * 20_000 / RSUS
    assert second.most_common(1)[0][0] == key
    assert first != second


def test_even_keys_take_turns() -> None:
    """Every key once before any comes again."""
    assert len(set(islice(keys_evenly(), RSUS))) == RSUS


def test_client_does_nine_reads_to_a_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All operations are timed, each under what it was."""
    monkeypatch.setattr(client, "OPERATIONS", 100)
    with open_vault(tmp_path) as opened, closing(GroupWriter(opened)) as writer:
        done = Client(opened, writer, b"x", seed=1).work()
    assert (len(done.reads_ns), len(done.writes_ns)) == (90, 10)
    assert min(done.reads_ns + done.writes_ns) > 0
