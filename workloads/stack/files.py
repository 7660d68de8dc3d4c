"""A large file, written and read, with the state of the page cache said and made so."""

from __future__ import annotations

import ctypes
import hashlib
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter_ns

BLOCK_BYTES = 1 << 20
LIBC = ctypes.CDLL(None, use_errno=True)


def blocks(megabytes: int) -> Iterator[bytes]:
    """Blocks of 1 MiB, each different, none of which compresses well."""
    seed = hashlib.sha256(b"stack").digest()
    for number in range(megabytes):
        yield hashlib.shake_128(seed + number.to_bytes(4, "big")).digest(4096) * 256


def write(path: Path, content: list[bytes], *, through: bool) -> int:
    """Nanoseconds to write all blocks; with `through` until the disk has them, else the cache."""
    started_ns = perf_counter_ns()
    with path.open("wb", buffering=0) as file:
        for block in content:
            file.write(block)
        if through:
            os.fsync(file.fileno())
    return perf_counter_ns() - started_ns


def read(path: Path) -> tuple[str, int]:
    """(SHA-256 of the content, nanoseconds to read it block by block); hashing is not timed."""
    digest, taken_ns = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        while True:
            started_ns = perf_counter_ns()
            block = file.read(BLOCK_BYTES)
            taken_ns += perf_counter_ns() - started_ns
            if not block:
                return digest.hexdigest(), taken_ns
            digest.update(block)


def forget(path: Path) -> None:
    """Ask the kernel to drop the file from the page cache; it must have been written through."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def cached_share(path: Path) -> float:
    """How much of the file lies in the page cache now, 0 to 1, as `mincore` tells."""
    size = path.stat().st_size
    pages = -(-size // mmap.PAGESIZE)
    found = (ctypes.c_ubyte * pages)()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        first = ctypes.c_char.from_buffer(mapped)
        failed = LIBC.mincore(ctypes.byref(first), ctypes.c_size_t(size), found)
        del first  # the mapping cannot be closed while somebody points into it
    if failed:
        raise OSError(ctypes.get_errno(), "mincore")
    return sum(page & 1 for page in found) / pages
