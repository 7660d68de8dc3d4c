"""The measured callables of SigmaLANG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter_ns, process_time_ns
from typing import TypeVar

from observing import BYTES_PER_MB, NS_PER_MS, Observations, Workload, per_second

from sigma_lang.archive import Archive, pack, unpack
from sigma_lang.compressor import Compressor, train_dictionary
from sigma_lang.records import held_out_texts

Item = TypeVar("Item")
Packed = TypeVar("Packed")

CALL_BYTES = 131_072
"""What one call compresses at least, in as many texts as that takes."""


def compression_micro(size_bytes: int, dictionary: bool) -> Workload:
    """One frame a text, with the trained dictionary or without."""
    compressor = Compressor(train_dictionary() if dictionary else None)
    return _workload(_texts(size_bytes), compressor.compress, compressor.decompress, len)


def compression_line_profile(size_bytes: int) -> Workload:
    """Archives of chunks with the trained dictionary, from 1 KB to 10 MB."""
    compressor = Compressor(train_dictionary())

    def packed(text: bytes) -> Archive:
        return pack(compressor, text)

    def unpacked(archive: Archive) -> bytes:
        return unpack(compressor, archive)

    return _workload(_texts(size_bytes), packed, unpacked, lambda archive: archive.nbytes)


def _texts(size_bytes: int) -> list[bytes]:
    return held_out_texts(size_bytes, count=max(1, CALL_BYTES // size_bytes))


def _workload(
    texts: Sequence[bytes],
    compress: Callable[[bytes], Packed],
    decompress: Callable[[Packed], bytes],
    packed_bytes: Callable[[Packed], int],
) -> Workload:
    """Two loops timed as a whole for throughput, two timed text by text for latency."""
    total_mb = sum(map(len, texts)) / BYTES_PER_MB

    def measured() -> Observations:
        wall_ns, cpu_ns = perf_counter_ns(), process_time_ns()
        packed, compress_ns = _time_all(compress, texts)
        _, decompress_ns = _time_all(decompress, packed)
        compress_each = _time_each(compress, texts)
        decompress_each = _time_each(decompress, packed)
        cores = (process_time_ns() - cpu_ns) / (perf_counter_ns() - wall_ns)
        return {
            "compression_ratio": total_mb * BYTES_PER_MB / sum(map(packed_bytes, packed)),
            "throughput_mb_per_sec": per_second(total_mb, compress_ns),
            "decompress_throughput_mb_per_sec": per_second(total_mb, decompress_ns),
            "compress_latency_ms_per_mb": _per_mb(compress_each, texts),
            "decompress_latency_ms_per_mb": _per_mb(decompress_each, texts),
            "cpu_cores": cores,
        }

    return measured


def _time_all(call: Callable[[Item], Packed], items: Sequence[Item]) -> tuple[list[Packed], int]:
    started_ns = perf_counter_ns()
    results = [call(item) for item in items]
    return results, perf_counter_ns() - started_ns


def _time_each(call: Callable[[Item], object], items: Sequence[Item]) -> list[int]:
    times_ns: list[int] = []
    for item in items:
        started_ns = perf_counter_ns()
        call(item)
        times_ns.append(perf_counter_ns() - started_ns)
    return times_ns


def _per_mb(times_ns: Sequence[int], texts: Sequence[bytes]) -> list[float]:
    """Milliseconds a megabyte of each text."""
    return [
        time_ns / NS_PER_MS / (len(text) / BYTES_PER_MB)
        for time_ns, text in zip(times_ns, texts, strict=True)
    ]
