"""A rule that decides how many instances run, tried on phases of load; nothing is started."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Up above one load, down below another, one instance at a time."""

    up_above_rps: float = 7_500
    down_below_rps: float = 2_500
    instance_rps: float = 2_500
    most: int = 10


def decisions(phases_rps: Sequence[float], rule: Rule) -> Iterator[tuple[str, int, float]]:
    """(what is done, instances then, requests/s that are served) of every phase."""
    instances = 1
    for load_rps in phases_rps:
        if load_rps > rule.up_above_rps and instances < rule.most:
            said, instances = "up", instances + 1
        elif load_rps < rule.down_below_rps and instances > 1:
            said, instances = "down", instances - 1
        else:
            said = "maintain"
        yield said, instances, min(load_rps, instances * rule.instance_rps)
