"""SigmaLANG gives back what it was given, in fewer bytes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma_lang import archive
from sigma_lang.archive import CHUNK_BYTES, pack, unpack
from sigma_lang.compressor import Compressor, SharedCompressor, train_dictionary
from sigma_lang.records import HELD_OUT_SEED, TRAINING_SEED, held_out_texts, record_lines

DICTIONARY = train_dictionary()


@pytest.mark.parametrize("dictionary", [DICTIONARY, None], ids=["dictionary", "plain"])
@settings(deadline=None)
@given(data=st.binary(max_size=4096))
def test_any_bytes_survive(dictionary: zstandard.ZstdCompressionDict | None, data: bytes) -> None:
    """What is decompressed is what was compressed."""
    compressor = Compressor(dictionary)
    assert compressor.decompress(compressor.compress(data)) == data


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 5])
def test_archive_survives_at_every_edge_of_a_chunk(size: int) -> None:
    """An archive holds the whole text, one frame a chunk, each readable alone."""
    text = held_out_texts(size, count=1)[0] if size else b""
    compressor = Compressor(DICTIONARY)
    packed = pack(compressor, text)
    assert unpack(compressor, packed) == text
    assert len(packed.frames) == -(-size // CHUNK_BYTES)
    assert packed.nbytes == sum(map(len, packed.frames))
    for number, frame in enumerate(packed.frames):
        start = number * archive.CHUNK_BYTES
        assert compressor.decompress(frame) == text[start : start + CHUNK_BYTES]


def test_dictionary_pays_on_records_it_has_not_seen() -> None:
    """One kilobyte of held-out records takes under two thirds of what it takes without."""
    texts = held_out_texts(1024, count=200)
    trained, plain = Compressor(DICTIONARY), Compressor()
    with_it = sum(len(trained.compress(text)) for text in texts)
    without = sum(len(plain.compress(text)) for text in texts)
    assert with_it < without * 2 / 3


def test_training_and_held_out_records_differ() -> None:
    """No record of the one is a record of the other."""
    training = set(islice(record_lines(TRAINING_SEED), 1_000))
    assert training.isdisjoint(islice(record_lines(HELD_OUT_SEED), 1_000))


def test_records_are_json_of_a_plausible_size() -> None:
    """Every line is one JSON object; they are about 180 bytes on average."""
    lines = list(islice(record_lines(3), 500))
    assert all(json.loads(line)["agent"] for line in lines)
    assert 150 < sum(map(len, lines)) / len(lines) < 210


def test_texts_have_the_size_asked_for_and_differ() -> None:
    """Exactly so many bytes each; the same texts every time."""
    texts = held_out_texts(1000, count=7)
    assert [len(text) for text in texts] == [1000] * 7
    assert len(set(texts)) == 7
    assert texts == held_out_texts(1000, count=7)


def test_frame_of_another_dictionary_is_an_error() -> None:
    """A frame is never silently read with the wrong dictionary."""
    frame = Compressor(DICTIONARY).compress(b"context window" * 20)
    with pytest.raises(zstandard.ZstdError):
        Compressor().decompress(frame)


def test_threads_may_share_a_shared_compressor() -> None:
    """Each thread has a compressor of its own, all over one dictionary."""
    shared = SharedCompressor(DICTIONARY)
    texts = held_out_texts(2000, count=200)
    with ThreadPoolExecutor(8) as pool:
        back = list(pool.map(lambda text: shared.decompress(shared.compress(text)), texts))
    assert back == texts
