"""What a metric's name says about it: unit, direction, clock and percentile."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from perf_pipeline.model import Clock, Direction, MetricDefinition, MetricKind, Statistic

_TIME = ("ns", "us", "ms", "s")
_SIZE = {
    "bytes": "bytes",
    "kb": "kB",
    "mb": "MB",
    "gb": "GB",
    "kib": "KiB",
    "mib": "MiB",
    "gib": "GiB",
}
_PERCENTILE = re.compile(r"_p([0-9]{1,4})(?=_|$)", re.ASCII)
_RATE = re.compile(r"(?:^|_)([a-z]+)_per_s(?:ec|econd)?$", re.ASCII)
_SUFFIX = re.compile(r"_([a-z]+)$", re.ASCII)
_UNKNOWN = ("", None, Clock.NONE)
_SUFFIXES: dict[str, tuple[str, Direction | None, Clock]] = {
    **{unit: (unit, Direction.LOWER, Clock.WALL) for unit in _TIME},
    **{suffix: (unit, Direction.LOWER, Clock.NONE) for suffix, unit in _SIZE.items()},
    "ratio": ("1", Direction.HIGHER, Clock.NONE),
    "percent": ("%", None, Clock.NONE),
    "cores": ("cores", Direction.LOWER, Clock.WALL),
}
_OF_TIME = re.compile(r"utili[sz]ation", re.ASCII)
"""A share of the wall time, whatever its unit: a neighbour moves it."""
_COST = re.compile(rf"_({'|'.join(_TIME)})_per_([a-z]+)$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Inferred:
    """A definition as far as the name tells it: an empty unit means that it does not.

    `direction_known` tells a metric without direction from one whose name does not say it.
    """

    definition: MetricDefinition
    direction_known: bool


def infer(name: str) -> Inferred:
    """Read a metric's name.

    >>> infer("throughput_tokens_per_sec").definition.unit
    'tokens/s'
    >>> infer("write_latency_p99_ms").definition.of
    'write_latency_ms'
    >>> infer("queue_depth").direction_known
    False
    >>> infer("utilisation_percent").definition.clock
    <Clock.WALL: 'wall'>
    """
    found = _PERCENTILE.search(name)
    percentile = _percentile(found[1]) if found else None
    if found is None or percentile is None:
        return _by_suffix(name, name)
    observed = name[: found.start()] + name[found.end() :]
    inferred = _by_suffix(name, observed)
    definition = replace(
        inferred.definition, statistic=Statistic.PERCENTILE, percentile=percentile, of=observed
    )
    return replace(inferred, definition=definition)


def _percentile(digits: str) -> float | None:
    """50 to 99 as they stand, 999 and 9999 with the point left out; the maximum is none."""
    percentile = float(f"{digits[:2]}.{digits[2:] or 0}")
    return percentile if percentile > 0 and digits != "100" else None


def _by_suffix(name: str, observed: str) -> Inferred:
    if rate := _RATE.search(observed):
        unit = f"{_SIZE.get(rate[1], rate[1])}/s"
        return _inferred(name, unit, Direction.HIGHER, Clock.WALL)
    if cost := _COST.search(observed):
        unit = f"{cost[1]}/{_SIZE.get(cost[2], cost[2])}"
        return _inferred(name, unit, Direction.LOWER, Clock.WALL)
    suffix = _SUFFIX.search(observed)
    unit, direction, clock = _SUFFIXES.get(suffix[1] if suffix else "", _UNKNOWN)
    return _inferred(name, unit, direction, Clock.WALL if _OF_TIME.search(observed) else clock)


def _inferred(name: str, unit: str, direction: Direction | None, clock: Clock) -> Inferred:
    # A percentage may well be 0, where a logarithm has no value: plain scale.
    kind = MetricKind.SIGNED if unit == "%" else MetricKind.POSITIVE
    definition = MetricDefinition(name, unit, direction or Direction.NONE, kind, clock=clock)
    return Inferred(definition, direction is not None)
