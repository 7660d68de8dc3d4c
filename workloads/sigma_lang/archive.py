"""Large texts as a row of frames, each of them readable alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sigma_lang.compressor import Compressor

CHUNK_BYTES = 262_144


@dataclass(frozen=True, slots=True)
class Archive:
    """The frames of a text in their order. They stay apart: Zstandard reads one frame a call."""

    frames: tuple[bytes, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of all frames."""
        return sum(map(len, self.frames))


def pack(compressor: Compressor, text: bytes) -> Archive:
    """Compress a text chunk by chunk."""
    return Archive(tuple(compressor.compress(chunk) for chunk in _chunks(text)))


def unpack(compressor: Compressor, archive: Archive) -> bytes:
    """The text that was packed."""
    return b"".join(compressor.decompress(frame) for frame in archive.frames)


def _chunks(text: bytes) -> Iterator[bytes]:
    for start in range(0, len(text), CHUNK_BYTES):
        yield text[start : start + CHUNK_BYTES]
