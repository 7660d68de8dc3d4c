"""Zstandard with a dictionary trained on records of the same kind."""

from __future__ import annotations

import threading
from itertools import islice

import zstandard

from sigma_lang.records import TRAINING_SEED, record_lines

LEVEL = 3
DICTIONARY_BYTES = 16_384
TRAINING_RECORDS = 4_000


class Compressor:
    """Compresses to one frame and back; not to be shared between threads."""

    def __init__(self, dictionary: zstandard.ZstdCompressionDict | None = None) -> None:
        """Use the dictionary on both sides; without one, plain Zstandard."""
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary)
        self._decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)

    def compress(self, data: bytes) -> bytes:
        """One frame that holds the data and its size."""
        return self._compressor.compress(data)

    def decompress(self, frame: bytes) -> bytes:
        """The data of one frame; a frame of another dictionary is an error."""
        return self._decompressor.decompress(frame)


class SharedCompressor(threading.local):
    """A compressor that threads may share: each gets one of its own over the same dictionary."""

    def __init__(self, dictionary: zstandard.ZstdCompressionDict | None = None) -> None:
        """Called anew, with the same dictionary, by every thread that uses it first."""
        self._own = Compressor(dictionary)

    def compress(self, data: bytes) -> bytes:
        """One frame that holds the data and its size."""
        return self._own.compress(data)

    def decompress(self, frame: bytes) -> bytes:
        """The data of one frame."""
        return self._own.decompress(frame)


def train_dictionary(size_bytes: int = DICTIONARY_BYTES) -> zstandard.ZstdCompressionDict:
    """A dictionary trained on four thousand records, none of which is ever measured."""
    samples: list[bytes | bytearray | memoryview] = list(
        islice(record_lines(TRAINING_SEED), TRAINING_RECORDS)
    )
    dictionary = zstandard.train_dictionary(size_bytes, samples)
    # Digested once here instead of at every compression.
    dictionary.precompute_compress(level=LEVEL)
    return dictionary
